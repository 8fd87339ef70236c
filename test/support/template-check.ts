import Handlebars from 'handlebars';

import { helpers } from '../../src/stages/quoting.js';

/** Values of a restricted grammar, which print bare everywhere; every other text passes a quoting helper. */
const BARE = new Set(
  [
    'service.name service.goName service.constName service.module service.language service.timeout',
    'upstream.name upstream.goName upstream.camelName upstream.constName upstream.scheme upstream.host',
    'upstream.namespace upstream.timeout',
    'mesh.host mesh.title',
    // Words of a mesh's own and what it derives; names and hosts of others pass a helper.
    'emitted.* emitted.outlierDetection.* emitted.entries.ports.* emitted.inbound.* emitted.waypoint.*',
    'upstream.emitted.* upstream.emitted.outlierDetection.* upstream.emitted.entry.ports.*',
    'policy.*',
    'variables.name variables.upstream variables.capability variables.source variables.unit',
    // Of one line, in comments that end with theirs; samples are our own.
    'own.variables.name own.variables.goName own.variables.camelName own.variables.doc own.variables.sample',
    'egress.name egress.host egress.protocol egress.namespace',
    'environments.*',
    'memory.request memory.limit',
    'capabilities.id',
    // One of our own commands, never a value of scaffold.yaml.
    'tool.name tool.version tool.command',
    'recorded.*',
    'dependencies.name dependencies.version devDependencies.name devDependencies.version',
    'placeholders.*',
  ]
    .join(' ')
    .split(' '),
);

/** Setting types whose values print bare. */
const BARE_TYPES = new Set(['integer', 'number', 'boolean', 'duration', 'enum', 'host', 'path']);

/** What a path in a template may lead to: a value with its example, and where it stands in the context. */
type Scope = { readonly value: unknown; readonly place: string };

export type TemplateUnderCheck = {
  readonly name: string;
  readonly source: string;
  readonly slots: readonly string[];
  /** An example of the whole context; an inline slot text also names the scope it is called in. */
  readonly root: Record<string, unknown>;
  readonly scope?: Scope;
  /** Type of a setting by `<capability>.<path>`. */
  readonly settingType: (path: string) => string | undefined;
};

/** The faults of a template: mustaches that are no declared value, block or slot, and unquoted free text. */
export function checkTemplate(template: TemplateUnderCheck): string[] {
  const root: Scope = { value: template.root, place: '' };

  const checkProgram = (program: hbs.AST.Program | undefined, scope: Scope): string[] =>
    (program?.body ?? []).flatMap((node) =>
      checkNode(node, scope).map((fault) =>
        fault.startsWith(template.name)
          ? fault
          : `${template.name}:${node.loc.start.line}: ${fault}`,
      ),
    );

  const checkNode = (node: hbs.AST.Statement, scope: Scope): string[] => {
    switch (node.type) {
      case 'ContentStatement':
      case 'CommentStatement':
        return [];
      case 'MustacheStatement':
        return checkMustache(node as hbs.AST.MustacheStatement, scope);
      case 'BlockStatement':
        return checkBlock(node as hbs.AST.BlockStatement, scope);
      case 'PartialStatement': {
        const { name } = node as hbs.AST.PartialStatement;
        const slot = 'original' in name ? name.original : '';
        return template.slots.includes(slot) ? [] : [`{{> ${slot}}} is no declared slot`];
      }
      default:
        return [`${node.type} is not allowed`];
    }
  };

  const checkMustache = (node: hbs.AST.MustacheStatement, scope: Scope): string[] => {
    const path = node.path as hbs.AST.PathExpression;
    const isHelper = node.params.length > 0;
    if (isHelper && !Object.hasOwn(helpers, path.original))
      return [`${path.original} is no helper`];
    const target = isHelper ? (node.params[0] as hbs.AST.PathExpression) : path;
    const found = lookUp(target, scope);
    if (found === undefined) return [`${target.original} is no declared value`];
    if (typeof found.value === 'object') return [`${target.original} is not a single value`];
    const isText = typeof found.value === 'string' && !isBare(found.place);
    return !isHelper && isText ? [`${target.original} is free text: quote it with a helper`] : [];
  };

  const checkBlock = (node: hbs.AST.BlockStatement, scope: Scope): string[] => {
    const block = node.path.original;
    const target = node.params[0] as hbs.AST.PathExpression;
    const found = lookUp(target, scope);
    if (found === undefined) return [`${target.original} is no declared value`];
    const otherwise = checkProgram(node.inverse, scope);
    if (block === 'if') return [...checkProgram(node.program, scope), ...otherwise];
    if (block !== 'each') return [`{{#${block}}} is not allowed: values, if, each and slots are`];
    const item: unknown = Object.values(found.value as object)[0];
    if (item === undefined) return [`the example has no item in ${target.original}`];
    return [
      ...checkProgram(node.program, { value: item, place: elementPlace(found.place) }),
      ...otherwise,
    ];
  };

  const lookUp = (path: hbs.AST.PathExpression, scope: Scope): Scope | undefined => {
    if (!path.data) return follow(scope, path.parts);
    if (path.parts[0] === 'root') return follow(root, path.parts.slice(1));
    const isLoopValue = ['index', 'first', 'last', 'key'].includes(path.parts[0] ?? '');
    return isLoopValue ? { value: 0, place: '' } : undefined;
  };

  const follow = (start: Scope, parts: readonly string[]): Scope | undefined =>
    parts.reduce<Scope | undefined>((scope, part) => {
      const value = scope?.value;
      if (scope === undefined || typeof value !== 'object' || value === null) return undefined;
      if (!Object.hasOwn(value, part)) return undefined;
      const place = scope.place === '' ? part : `${scope.place}.${part}`;
      return { value: (value as Record<string, unknown>)[part], place };
    }, start);

  const isBare = (place: string): boolean => {
    if (BARE.has(place) || BARE.has(place.replace(/\.[^.]*$/, '.*'))) return true;
    if (place.startsWith('upstream.policy.')) return true;
    const setting = /^(?:upstream\.)?settings\.(.*)$/.exec(place)?.[1];
    const type = setting === undefined ? undefined : template.settingType(setting);
    return type !== undefined && BARE_TYPES.has(type);
  };

  return checkProgram(Handlebars.parse(template.source), template.scope ?? root);
}

/** The elements of `upstreams` are what `upstream` is; others are known by their list. */
function elementPlace(place: string): string {
  if (place === 'upstreams') return 'upstream';
  return place.replace(/^(?:upstream\.variables|variablesOf\.[^.]+)$/, 'variables');
}
