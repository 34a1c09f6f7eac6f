// How one module tells another that something has happened.

/** `emit` calls back whoever was given to `on`, which returns how to take it back. */
export function signal() {
  const listeners = new Set();
  return {
    emit: (/** @type {any} */ value = undefined) => listeners.forEach(hear => hear(value)),
    on: hear => {
      listeners.add(hear);
      return () => { listeners.delete(hear); };
    },
  };
}
