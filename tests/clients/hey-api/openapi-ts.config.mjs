export default {
  input: '../../../docs/openapi.json',
  output: { path: 'client', importFileExtension: '.js' },
};
