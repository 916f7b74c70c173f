// House rules that oxlint does not have. Each message names what to use instead.
const MAX_PARAMS = 3;
const MAX_CONSTRUCTOR_PARAMS = 5;

const ambient = {
  'Date.now': 'Time comes from the injected Clock (@scaiwave/telemetry): clock.now().',
  'Math.random': 'Randomness comes from node:crypto, ids from newId(clock).',
  'process.env': 'The environment is read in libs/config only: add the setting to a schema there.',
};

const isNamed = (node, name) => node?.type === 'Identifier' && node.name === name;

const noAmbient = {
  create(context) {
    return {
      MemberExpression(node) {
        if (node.computed || node.object.type !== 'Identifier') return;
        const message = ambient[`${node.object.name}.${node.property.name}`];
        if (message) context.report({ node, message });
      },
      NewExpression(node) {
        if (isNamed(node.callee, 'Date') && node.arguments.length === 0) context.report({ node, message: 'Time comes from the injected Clock (@scaiwave/telemetry): clock.date().' });
      },
      CallExpression(node) {
        if (isNamed(node.callee, 'fetch')) context.report({ node, message: 'Servers reach peers through PeerClient only; the web app calls its generated client.' });
      },
    };
  },
};

const isConstructor = (node) => node.parent?.type === 'MethodDefinition' && node.parent.kind === 'constructor';

const maxParams = {
  create(context) {
    const check = (node) => {
      const limit = isConstructor(node) ? MAX_CONSTRUCTOR_PARAMS : MAX_PARAMS;
      if (node.params.length > limit) context.report({ node, message: `${node.params.length} parameters; at most ${limit}: take one object instead (a constructor that needs more does too much).` });
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

const isTimer = (node) => isNamed(node.callee, 'setTimeout') || isNamed(node.callee, 'delay') || isNamed(node.callee, 'sleep');

const noSleep = {
  create(context) {
    return {
      AwaitExpression({ argument }) {
        if (argument.type === 'CallExpression' && isTimer(argument)) report(argument);
      },
      NewExpression(node) {
        const [executor] = node.arguments;
        const body = isNamed(node.callee, 'Promise') && executor?.type === 'ArrowFunctionExpression' ? executor.body : undefined;
        if (body?.type === 'CallExpression' && isNamed(body.callee, 'setTimeout')) report(node);
      },
    };
    function report(node) {
      context.report({ node, message: 'A test does not sleep: wait for what should happen (network.settle(), a signal, a row).' });
    }
  },
};

const noBareVoid = {
  create(context) {
    return {
      ExpressionStatement({ expression }) {
        if (expression.type === 'UnaryExpression' && expression.operator === 'void') context.report({ node: expression, message: 'Fire and forget hides errors: await it, return it, or catch with a reason.' });
      },
    };
  },
};

// Decorators write the parameter types down when the class is made: a class that stands further down is not there yet.
const injectAfterDefinition = {
  create(context) {
    const injected = [];
    const classes = new Map();
    return {
      ClassDeclaration(node) {
        classes.set(node.id?.name, node.range[0]);
      },
      MethodDefinition(node) {
        const owner = node.parent.parent;
        if (node.kind !== 'constructor' || !(owner.decorators?.length > 0)) return;
        for (const param of node.value.params) {
          const type = (param.parameter ?? param).typeAnnotation?.typeAnnotation;
          if (type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier') injected.push({ node: param, name: type.typeName.name, at: owner.range[0] });
        }
      },
      'Program:exit'() {
        for (const { node, name, at } of injected) if (classes.get(name) > at) context.report({ node, message: `${name} is injected above its definition, which fails when the file is loaded: define it first.` });
      },
    };
  },
};

export default { meta: { name: 'scaiwave' }, rules: { 'no-ambient': noAmbient, 'max-params': maxParams, 'no-sleep': noSleep, 'no-bare-void': noBareVoid, 'inject-after-definition': injectAfterDefinition } };
