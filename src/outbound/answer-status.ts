/** A server that sends elsewhere: nobody follows. */
export const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** A server that is not well, or asks for patience: it may answer another time. */
export const isUnwell = (status: number): boolean => status >= 500 || status === 408 || status === 429;
