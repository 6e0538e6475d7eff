import type { Cancellation } from '../../huawei-cloud/http/abort';

/** A cancellation that never comes, and those who listen to it. */
export function watchCancellation() {
	const listeners = new Set<() => void>();
	const cancellation: Cancellation = {
		aborted: false,
		onAbort(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
	return { cancellation, listeners };
}
