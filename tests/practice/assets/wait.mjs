// @ts-check
/** A page that waits for a phone asks again every two seconds. */

setTimeout(() => location.reload(), 2000);
