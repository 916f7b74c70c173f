import type { KubeObject } from './kube-object.js';
import { ObjectStore } from './object-store.js';

interface Thing extends KubeObject {
  colours: string[];
}
const thing = (name: string, ...colours: string[]): Thing => ({ apiVersion: 'v1', kind: 'Thing', metadata: { namespace: 'n', name }, colours });

describe('the store of objects', () => {
  test('finds by key and by index, also after a change and a removal', () => {
    const store = new ObjectStore<Thing>({ colour: ({ colours }) => colours });
    store.put(thing('a', 'red', 'blue'));
    store.put(thing('b', 'red'));
    const namesOf = (colour: string): string[] => store.listBy('colour', colour).map(({ metadata }) => metadata.name);
    expect([namesOf('red'), namesOf('blue'), namesOf('green')]).toEqual([['a', 'b'], ['a'], []]);
    expect(store.put(thing('a', 'green'))).toMatchObject({ colours: ['red', 'blue'] });
    expect([namesOf('red'), namesOf('blue'), namesOf('green')]).toEqual([['b'], [], ['a']]);
    expect(store.remove('n/b')).toMatchObject({ metadata: { name: 'b' } });
    expect([namesOf('red'), store.size, store.remove('n/b')]).toEqual([[], 1, null]);
  });

  test('an index that nobody declared is a mistake of ours', () => {
    expect(() => new ObjectStore<Thing>().listBy('colour', 'red')).toThrow('no index');
  });
});
