// Listens to the message channel through npm taobao-sdk, as its users do: a line goes out for each message that came.
//
//   node listen.js URL APP_KEY APP_SECRET GROUP [KEEP]
//
// A line: {id, topic, content, …} as the SDK gave it. With KEEP, every KEEPth message is not confirmed when it comes for
// the first time. What the SDK itself prints goes to stderr. It ends when its input ends.
'use strict';

console.log = console.error;

const { TmcClient } = require('taobao-sdk');

const [url, appKey, appSecret, group, keep] = process.argv.slice(2);
const seen = new Set();

const client = new TmcClient(appKey, appSecret, group);
client.connect(url, (message, done) => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
  const isNew = !seen.has(message.id);
  seen.add(message.id);
  done(isNew && keep && seen.size % Number(keep) === 0 ? new Error('kept') : undefined);
});

process.stdin.on('end', () => process.exit(0)).resume();
