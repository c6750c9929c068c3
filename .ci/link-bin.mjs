// Makes `npx tchat` work in a clone: npm links a package's own commands only where it is installed as a dependency.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

const main = 'dist/main.js';
const bin = 'node_modules/.bin';
if (existsSync(main)) {
  chmodSync(main, 0o755);
  mkdirSync(bin, { recursive: true });
  rmSync(`${bin}/tchat`, { force: true });
  if (process.platform === 'win32') writeFileSync(`${bin}/tchat.cmd`, '@node "%~dp0..\\..\\dist\\main.js" %*\r\n');
  else symlinkSync('../../dist/main.js', `${bin}/tchat`);
}
