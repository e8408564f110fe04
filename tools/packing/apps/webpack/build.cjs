const webpack = require('webpack');

const config = {
  mode: 'production',
  target: 'web',
  context: __dirname,
  entry: './main.js',
  output: { path: `${__dirname}/dist`, filename: 'main.js' },
  performance: false,
};

webpack(config, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings()) {
    console.error(error ?? stats.toString('errors-warnings'));
    process.exitCode = 1;
  }
});
