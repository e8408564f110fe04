/**
 * ESLint rule that requires an assertion in each test. Assertions are calls of `expect`, `expectTypeOf` or `assert…`, and of helpers
 * in the same file that contain one. Imported helpers count by name: `expect…`, `check…`, `nothingIsLeft`.
 */
const asserts = /^(expect|assert|check)([A-Z]|$)|^expectTypeOf$|^nothingIsLeft$/;
const tests = /^(it|test)$/;

/** @type {import('eslint').Rule.RuleModule} */
export const assertionInTest = {
  meta: {
    type: 'problem',
    docs: { description: 'Require an assertion in each test' },
    messages: { none: 'This test has no assertion. Add a call of `expect`.' },
    schema: [],
  },
  create(context) {
    /** Names that each named function of the file calls. */
    const called = new Map();
    const found = [];
    const callsIn = (node) => namesCalled(node, context.sourceCode.visitorKeys);
    const note = (name, node) => {
      if (name !== undefined) called.set(name, [...(called.get(name) ?? []), ...callsIn(node)]);
    };
    return {
      FunctionDeclaration: (node) => {
        note(node.id?.name, node);
      },
      VariableDeclarator: ({ id, init }) => {
        if (isFunction(init)) note(id.name, init);
      },
      Property: ({ key, value }) => {
        if (isFunction(value)) note(key.name, value);
      },
      MethodDefinition: ({ key, value }) => {
        note(key.name, value);
      },
      CallExpression: (node) => {
        const body = node.arguments.find(isFunction);
        if (body !== undefined && tests.test(rootName(node.callee) ?? '') && !isHook(node.callee))
          found.push({ node, names: callsIn(body) });
      },
      'Program:exit': () => {
        const isAssertion = (name, seen = new Set()) => {
          if (asserts.test(name)) return true;
          if (seen.has(name)) return false;
          seen.add(name);
          return (called.get(name) ?? []).some((each) => isAssertion(each, seen));
        };
        for (const { node, names } of found)
          if (!names.some((name) => isAssertion(name))) context.report({ node: node.callee, messageId: 'none' });
      },
    };
  },
};

function isFunction(node) {
  return node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';
}

/** Whether the call is a hook such as `test.beforeEach()` or a `test.describe()`, and no test. */
function isHook(callee) {
  return callee.type === 'MemberExpression' && !['each', 'for', 'only', 'fails'].includes(callee.property.name);
}

/** First name of a callee: `it` for `it.each([1])`. */
function rootName(callee) {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'MemberExpression') return rootName(callee.object);
  if (callee.type === 'CallExpression') return rootName(callee.callee);
  if (callee.type === 'TaggedTemplateExpression') return rootName(callee.tag);
  return undefined;
}

/** Names that a piece of code calls or passes on. */
function namesCalled(node, keys) {
  const names = [];
  const visit = (each) => {
    if (each.type === 'CallExpression') {
      const { callee } = each;
      if (callee.type === 'Identifier') names.push(callee.name);
      else if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier')
        names.push(callee.property.name);
      for (const argument of each.arguments) if (argument.type === 'Identifier') names.push(argument.name);
    }
    for (const key of keys[each.type] ?? [])
      for (const child of [each[key]].flat()) if (child !== null && child !== undefined) visit(child);
  };
  visit(node);
  return names;
}
