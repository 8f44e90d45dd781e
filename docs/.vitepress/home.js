/** The head of the first page. Its text is the index of the pages: docs/README.md. */
export const home = {
  title: 'nestjs-cors-policy',
  titleTemplate: ':title',
  frontmatter: {
    layout: 'home',
    hero: {
      name: 'nestjs-cors-policy',
      text: 'Per-route CORS for NestJS',
      tagline: 'Each route has its own policy. Each preflight is answered for the route that the request would reach.',
      actions: [
        { theme: 'brand', text: 'Getting started', link: '/getting-started' },
        { theme: 'alt', text: 'CORS in ten minutes', link: '/cors' },
        { theme: 'alt', text: 'Playground', link: '/playground' },
      ],
    },
  },
};
