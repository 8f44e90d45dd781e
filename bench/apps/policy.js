/** The policy of every CORS layer, without the origins, as options of the `cors` package. */
export const POLICY = {
  credentials: true,
  exposedHeaders: ['X-Total-Count'],
  allowedHeaders: ['content-type', 'x-token'],
  maxAge: 600,
};
