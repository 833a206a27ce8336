// Copies the pinned chart library out of node_modules and records what was copied. Run by `npm run vendor`.
// npm has checked the package against the integrity in package-lock.json; chart.js.vendored.json carries that on to the one file we keep.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const name = 'chart.js';
const copies = { 'dist/chart.umd.min.js': 'chart.umd.min.js', 'LICENSE.md': 'chart.js.LICENSE.md' };

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages[`node_modules/${name}`];
const files = {};
for (const [from, to] of Object.entries(copies)) {
  copyFileSync(`node_modules/${name}/${from}`, to);
  files[to] = 'sha512-' + createHash('sha512').update(readFileSync(to)).digest('base64');
}

const record = { package: name, version: lock.version, license: lock.license, integrity: lock.integrity, files };
writeFileSync(`${name}.vendored.json`, JSON.stringify(record, null, 2) + '\n');
