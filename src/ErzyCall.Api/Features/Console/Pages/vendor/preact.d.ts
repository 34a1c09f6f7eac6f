// The types of what vendor/preact.js holds, for whoever checks the pages: tests/console/run.
export { h, render, Fragment } from 'preact';
export { useState, useEffect, useRef, useMemo, useCallback, useId } from 'preact/hooks';
export const html: (strings: TemplateStringsArray, ...values: unknown[]) => import('preact').VNode;
