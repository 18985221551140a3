// Calls the ERP through npm `jushuitan`, as its users do: a call a line comes in, what the SDK made of it goes out.
//
// A call: {config, method, form}. The answer: {answer: …} as the SDK gave it, or {error: {name, message}}.
'use strict';

const readline = require('readline');
const Jushuitan = require('jushuitan');

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const call = JSON.parse(line);
  let found;
  try {
    found = { answer: await new Jushuitan(call.config).query(call.method, call.form) };
  } catch (error) {
    found = { error: { name: error.name, message: error.message } };
  }
  process.stdout.write(`${JSON.stringify(found)}\n`);
});
