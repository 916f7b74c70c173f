/** Sentences about the connection, and about finding one's way in a long room. */
export const chatTexts = {
  connection: {
    offline: 'You are offline. What you write is kept here and sent when you are back.',
    lost: 'The server does not answer. Trying again… What you write is kept here.',
    catchingUp: 'Connected again. Getting what you missed…',
    caughtUp: 'Connected again. Nothing is missing.',
    waiting: (count: number) => (count === 1 ? '1 message waits to be sent.' : `${count} messages wait to be sent.`),
  },
  waiting: 'Waiting to be sent',
  newSince: (count: number) => (count === 1 ? 'Jump to 1 new message' : `Jump to ${count} new messages`),
  newer: 'Loading newer messages…',
  newBelow: (count: number) => (count === 1 ? '1 new message below' : `${count} new messages below`),
  keys: 'Arrow keys go from message to message; Tab reaches what can be done with one.',
  alone: 'Nobody else has signed in to this server yet.',
  aloneNext: 'Under Federated you find people of other servers.',
  marks: {
    stored: 'On all servers of this room',
    onItsWay: 'On its way',
    waitingFor: (servers: string[]) => `Waiting for ${servers.join(', ')}`,
    isTriedAgain: 'It does not take messages now. It is tried again by itself, for 24 hours.',
    notAt: (servers: string[]) => `Not delivered to ${servers.join(', ')}.`,
  },
};
