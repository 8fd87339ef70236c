import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** Modules below src/, with folders and files that they list because these lie there; `*` is any folder. */
const parts = {
  'meshes/found/emitters': ['meshes/*/emit.ts'],
  'meshes/found/kinds': ['meshes/*/kinds'],
  'meshes/found/needs': ['meshes/*/needs.ts'],
  'meshes/found/providers': ['meshes/*/provider.ts'],
  'meshes/found/rules': ['rules/application', 'rules/composition', 'meshes/*/rules'],
  'meshes/found/variants': ['meshes/*/variants'],
  'transports/found/transports': ['transports/*/transport.ts'],
};

/**
 * Writes the modules of `parts`, which list kinds, rules and so on by the files that hold them. A file exports what it
 * is about under its own name: `od-never-ejects.ts` exports `odNeverEjects`.
 *
 * @param {string} root of the repository
 */
export function findParts(root) {
  for (const [path, folders] of Object.entries(parts)) {
    const target = join(root, 'src', `${path}.js`);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const files = folders.flatMap((pattern) => expand(join(root, 'src'), pattern)).flatMap(filesOf);
    writeWhenChanged(target, moduleOf(name, files, dirname(target)));
  }
}

/**
 * @param {string} base
 * @param {string} pattern
 * @returns {string[]} what is there, sorted
 */
function expand(base, pattern) {
  const folders = pattern
    .split('/')
    .reduce(
      (found, part) =>
        found.flatMap((folder) => (part === '*' ? foldersIn(folder) : [join(folder, part)])),
      [base],
    );
  return folders.filter((folder) => existsSync(folder)).sort();
}

/** @param {string} folder */
function foldersIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

/** @param {string} folder or one file */
function filesOf(folder) {
  if (folder.endsWith('.ts')) return [folder];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * @param {string} list
 * @param {readonly string[]} files
 * @param {string} folder of the module
 */
function moduleOf(list, files, folder) {
  const imports = files.map((file, index) => {
    const path = relative(folder, file).replaceAll('\\', '/');
    return `import { ${exportOf(path)} as part${index} } from '${path}';`;
  });
  const names = files
    .map((file, index) => {
      const mesh = list === 'rules' ? meshOf(file) : undefined;
      return mesh === undefined ? `part${index}` : `{ ...part${index}, mesh: '${mesh}' }`;
    })
    .join(', ');
  const order = list === 'rules' ? '.sort((a, b) => (a.code < b.code ? -1 : 1))' : '';
  return [...imports, `export const ${list} = [${names}]${order};`, ''].join('\n');
}

/**
 * The mesh whose rule a file is; undefined for what holds in every mesh, such as rules about kinds of Kubernetes.
 *
 * @param {string} file
 */
function meshOf(file) {
  const folder = dirname(dirname(file));
  return existsSync(join(folder, 'emit.ts')) ? basename(folder) : undefined;
}

/** @param {string} path */
function exportOf(path) {
  const name = path.slice(path.lastIndexOf('/') + 1, -'.ts'.length);
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

/**
 * Several processes may ask at once: none of them ever sees half a file.
 *
 * @param {string} path
 * @param {string} text
 */
function writeWhenChanged(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
