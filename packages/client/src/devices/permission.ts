/** Returns whether the page may use cameras or microphones. Undefined where the browser does not report it. Never rejects. */
export async function permissionFor(name: 'camera' | 'microphone'): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    // Outside browsers, without HTTPS, or where the browser does not know the name.
    return undefined;
  }
}
