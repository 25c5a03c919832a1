// Lint rules of the page, and the layers of ARCHITECTURE.md: contract ← worklet ← core ← ui.
// A room may import only what stands to its left; the screen never touches the network or WASM memory.
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const above = (names, why) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        { regex: `(^|/)(\\.\\./)+(${names})(/|$)`, message: why },
        ...(why.includes('React') ? noReact : []),
      ],
    },
  ],
});
const noReact = [
  {
    group: ['react', 'react-dom', 'react/*', 'radix-ui', 'lucide-react'],
    message: 'React belongs to ui only.',
  },
];

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'dist',
      'public',
      'contract/api.ts',
      'contract/effects.ts',
      'contract/synths.ts',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'smart'],
      'no-console': 'error',
    },
  },
  {
    files: ['worklet/**'],
    rules: above('core|ui', 'worklet knows contract only, and no React, DOM or fetch.'),
  },
  { files: ['core/**'], rules: above('ui', 'core is a session without a screen: no ui, no React.') },
  {
    files: ['ui/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...above('worklet|contract', 'ui knows core only.'),
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Ask the session; ui never talks to the network.' },
        { name: 'WebSocket', message: 'Ask the session; ui never talks to the network.' },
        { name: 'WebAssembly', message: 'Ask the session; ui never touches WASM memory.' },
        { name: 'indexedDB', message: 'Ask the session; storage is core.' },
      ],
    },
  },
  { files: ['scripts/**', 'e2e/**'], rules: { 'no-console': 'off' } },
);
