// Calls TOP through one npm SDK, as its users do: a call a line comes in, what the SDK made of it goes out.
//
//   node driver.js taobao-sdk        (or topsdk, node-taobao-topclient)
//
// A call: {url, app_key, app_secret, session, method, params, via, within}. A parameter {file: PATH} is a picture, handed
// over as `via` says; `within` is the patience in ms, since none of these SDKs has any. The answer: {answer: …} as the SDK
// gave it, or {error: {name, message, code, sub_code}}.
'use strict';

const fs = require('fs');
const readline = require('readline');

const isPicture = (value) => value !== null && typeof value === 'object' && 'file' in value;

function withPictures(params, convert) {
  const found = {};
  for (const [name, value] of Object.entries(params)) found[name] = isPicture(value) ? convert(value.file) : value;
  return found;
}

const asBuffer = (file) => fs.readFileSync(file);

const SDKS = {
  'taobao-sdk': (call) => {
    const { ApiClient } = require('taobao-sdk');
    const client = new ApiClient({ appkey: call.app_key, appsecret: call.app_secret, url: call.url });
    return new Promise((resolve, reject) => {
      const run = call.via === 'get' ? client.get : client.execute;
      const params = withPictures(call.params, asBuffer);
      run.call(client, call.method, params, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  },

  topsdk: (call) => {
    const TopClient = require('topsdk');
    const client = new TopClient(call.app_key, call.app_secret, { endpoint: call.url });
    const pictures = {
      stream: fs.createReadStream,
      named: (file) => ({ value: asBuffer(file), options: { filename: 'proof.png', contentType: 'image/png' } }),
    };
    const isUpload = call.via in pictures;
    const params = withPictures(call.params, pictures[call.via] || asBuffer);
    return client.execute(call.method, params, isUpload ? 'FILE_UPLOAD' : call.via || 'POST');
  },

  'node-taobao-topclient': (call) => {
    const TopClient = require('node-taobao-topclient').default;
    const client = new TopClient({ appkey: call.app_key, appsecret: call.app_secret, REST_URL: call.url });
    return client.execute(call.method, withPictures(call.params, asBuffer), call.via || 'POST');
  },
};

function told(error) {
  if (error === undefined) return { name: 'undefined' };
  const { code, sub_code } = error;
  return { name: error.name || 'plain object', message: error.message || error.msg, code, sub_code };
}

function silence(milliseconds) {
  const error = Object.assign(new Error(`nothing for ${milliseconds} ms`), { name: 'Silence' });
  return new Promise((_, reject) => setTimeout(reject, milliseconds, error).unref());
}

async function main() {
  const execute = SDKS[process.argv[2]];
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const call = JSON.parse(line);
    if (call.session) call.params.session = call.session;
    let outcome;
    try {
      const answer = await (call.within ? Promise.race([execute(call), silence(call.within)]) : execute(call));
      outcome = { answer: answer === undefined ? null : answer, missing: answer === undefined };
    } catch (error) {
      outcome = { error: told(error) };
    }
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
}

main();
