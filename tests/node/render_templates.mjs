// Conversations as @huggingface/jinja renders them.
//
// usage: node render_templates.mjs IN OUT
//
// Every line of IN is {"package", "messages", "tools", "variables"}: a package of a published tokenizer and what its template gets.
// Every line of OUT is {"text"} or {"error"}. The clock stands at 2024-03-05 07:08:09.
import { readFileSync, writeFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [2024, 2, 5, 7, 8, 9]));
  }
};

const templates = new Map();
function load(name) {
  if (!templates.has(name)) {
    const config = JSON.parse(readFileSync(new URL(`node_modules/${name}/models/tokenizer_config.json`, import.meta.url), 'utf8'));
    const tokens = {};
    for (const [key, token] of Object.entries(config)) {
      if (key.endsWith('_token') && (typeof token === 'string' || token?.content !== undefined)) {
        tokens[key] = token.content ?? token;
      }
    }
    templates.set(name, { template: new Template(config.chat_template), tokens });
  }
  return templates.get(name);
}

const results = readFileSync(process.argv[2], 'utf8').split('\n').filter((line) => line).map((line) => {
  const { package: name, messages, tools, variables } = JSON.parse(line);
  const { template, tokens } = load(name);
  try {
    return { text: template.render({ ...tokens, ...variables, messages, tools }) };
  } catch (error) {
    return { error: error.message };
  }
});
writeFileSync(process.argv[3], results.map((result) => JSON.stringify(result) + '\n').join(''));
