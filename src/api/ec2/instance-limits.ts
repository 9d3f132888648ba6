/** One namespace and one process-less host each; bounds what a single request can make the agent do. */
export const maxInstancesPerCall = 1000
