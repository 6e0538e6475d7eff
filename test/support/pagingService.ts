import type { HttpRequest, HttpResponse, Transport } from '../../huawei-cloud/http/http';

/** A change of a list right before a request for a page of it. Places are from 0 to 1. */
export type ListChange = { kind: 'insert' | 'remove'; place: number; count: number };

/** How a service returns lists. */
export interface Paging {
	/** How many entries there are at first. */
	entries: number;
	/** The changes before the first, second, … request. */
	changes: ReadonlyArray<readonly ListChange[]>;
	/** The most entries of a page, whatever is asked for. */
	mostPerPage: number;
	/** The meaning of the total, if there is one. */
	total: 'all' | 'absent';
	/** The page beyond the end. */
	beyond: 'empty' | 'notFound';
}

/** The names of a list: of the list itself, of its total, and how an entry is written. */
export interface ListForm {
	list: string;
	total: string;
	write(id: string): object;
}

/** A service with one list, which keeps its order while entries come and go. */
export class PagingService implements Transport {
	requests = 0;
	/** The entries that were there all the time, from the first request to the last. */
	stayed: ReadonlySet<string>;
	/** Every entry that ever existed. */
	readonly known: Set<string>;
	private readonly ids: string[];

	constructor(
		private readonly paging: Paging,
		private readonly form: ListForm,
	) {
		this.ids = Array.from({ length: paging.entries }, (_, index) => `first-${index}`);
		this.stayed = new Set(this.ids);
		this.known = new Set(this.ids);
	}

	get current(): readonly string[] {
		return this.ids;
	}

	async send({ path }: HttpRequest): Promise<HttpResponse> {
		for (const change of this.paging.changes[this.requests] ?? []) this.apply(change);
		// What came before the first page was read was there all the time.
		this.stayed = new Set(this.requests === 0 ? this.ids : this.ids.filter((id) => this.stayed.has(id)));
		this.requests += 1;
		const { searchParams } = new URL(path, 'https://localhost');
		const read = (name: string) => Number(searchParams.get(name) ?? 0);
		const size = read('limit') || read('size');
		const start = searchParams.has('page') ? read('page') * size : read('offset');
		if (start >= this.ids.length && start > 0 && this.paging.beyond === 'notFound') {
			return this.answer(404, { error_code: 'LIVE.103011019', error_msg: 'none' });
		}
		const page = this.ids.slice(start, start + Math.min(size, this.paging.mostPerPage));
		return this.answer(200, {
			[this.form.list]: page.map((id) => this.form.write(id)),
			...(this.paging.total === 'all' && { [this.form.total]: this.ids.length }),
		});
	}

	private apply({ kind, place, count }: ListChange): void {
		const index = Math.floor(place * (this.ids.length + 1));
		if (kind === 'remove') this.ids.splice(index, count);
		else {
			const added = Array.from({ length: count }, (_, number) => `new-${this.known.size + number}`);
			for (const id of added) this.known.add(id);
			this.ids.splice(index, 0, ...added);
		}
	}

	private answer(status: number, body: object): HttpResponse {
		return { status, headers: {}, body: JSON.stringify({ ...body, request_id: 'r' }) };
	}
}
