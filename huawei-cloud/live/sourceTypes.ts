/** The source types, as the API calls them: a live stream, or files that are played in a loop. */
export const LIVE_RELAY = 'PullLivePushLive';
export const VOD_RELAY = 'PullVodPushLive';
