export default {
  chancery: {
    input: { target: process.env.DOCUMENT },
    output: {
      mode: "tags-split",
      client: "fetch",
      baseUrl: "http://127.0.0.1:8000",
      target: "orval/endpoints.ts",
      schemas: "orval/model",
    },
  },
};
