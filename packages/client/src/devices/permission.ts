/** Whether the page may use cameras or microphones; undefined where the browser does not report it. Never rejects. */
export async function permissionFor(name: 'camera' | 'microphone'): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    // Outside browsers, without HTTPS, or of a browser that does not know the name.
    return undefined;
  }
}
