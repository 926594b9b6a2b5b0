import type { LucideIcon } from 'lucide-react';

/** In the order of the page. */
export const navGroups = ['Trade', 'Signals', 'Risk', 'Workspace'] as const;

export interface NavEntry {
  group: (typeof navGroups)[number];
  /** Where it stands in its group. */
  place: number;
  label: string;
  /** The letter that leads there after G; each screen has its own. */
  key?: string;
  icon: LucideIcon;
  /** Its name under a thumb on a phone, where there is room for four; the rest is under "More". */
  thumb?: string;
  /** Only administrators of the platform see it. */
  adminsOnly?: boolean;
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    nav?: NavEntry;
  }
}

/** What is shown to whoever is signed in. Each `features/<screen>/route.ts` adds its own, so that links know its path and its search. */
export interface Screens {}

/** The same for the pages of whoever is not signed in. */
export interface OpenPages {}
