// The types of what vendor/preact.js holds, for whoever checks the pages: tests/console/run.
export { render } from 'preact';
export { useState, useEffect, useErrorBoundary, useRef, useCallback, useId } from 'preact/hooks';
export const html: (strings: TemplateStringsArray, ...values: unknown[]) => import('preact').VNode;
