import * as sdk from '@tureen/client';
import type { App } from './App.ts';
import { DemoApp } from './DemoApp.ts';
import { RoomApp, type Sdk } from './RoomApp.ts';

/** The bench serves the client of an earlier commit here. */
const earlierClient = new URL('/earlier-client.js', location.href).href;

/** Loads each app by its name in the reports. */
export const apps = {
  Room: async (): Promise<App> => new RoomApp(sdk),
  earlier: async (): Promise<App> => new RoomApp((await import(/* @vite-ignore */ earlierClient)) as Sdk),
  demo: async (): Promise<App> => new DemoApp(),
} as const;

export type AppName = keyof typeof apps;
