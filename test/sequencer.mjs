// Files that start whole servers run for minutes, however short they are: they come first, so that no worker is left with one at the end.
// Within both kinds the order is jest's own: what failed, what took long the last time, what is large.
import Sequencer from '@jest/test-sequencer';

const STARTS_SERVERS = /\/test\/(cluster|browser|federation)\//;

export default class extends Sequencer {
  sort(tests) {
    const { true: long = [], false: short = [] } = Object.groupBy(super.sort(tests), ({ path }) => STARTS_SERVERS.test(path));
    return [...long, ...short];
  }
}
