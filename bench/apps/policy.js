/** The policy that every CORS layer is given, beside its origins; in the words of the `cors` package. */
export const POLICY = {
  credentials: true,
  exposedHeaders: ['X-Total-Count'],
  allowedHeaders: ['content-type', 'x-token'],
  maxAge: 600,
};
