import fc from 'fast-check';

// The seed is fixed, so that a build fails only because of a change. Another seed tries other inputs.
fc.configureGlobal({ seed: Number(process.env.CORS_PROPERTY_SEED ?? 1) });

export default fc;
