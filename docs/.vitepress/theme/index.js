import theme from 'vitepress/theme';
import Layout from './Layout.vue';
import Playground from './Playground.vue';
import './style.css';

export default {
  extends: theme,
  Layout,
  enhanceApp({ app }) {
    app.component('Playground', Playground);
  },
};
