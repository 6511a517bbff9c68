import { render } from 'preact';
import '@fontsource-variable/inter/wght.css';
import 'uplot/dist/uPlot.min.css';
import './styles/base.css';
import './styles/list.css';
import './styles/detail.css';
import { takeTokenOfAddress } from './api/token.ts';
import { App } from './app.tsx';

takeTokenOfAddress();
render(<App />, document.getElementById('page')!);
