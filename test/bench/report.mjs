/** The table: what was measured, and beside it what is wanted. */
export function print(figures) {
  for (const [name, value, wanted] of rowsOf(figures)) console.log(`${name.padEnd(44)}${value}${wanted === undefined ? '' : `   (wanted: ${wanted})`}`);
}

function rowsOf({ machine, durability, runs, demo_ready_seconds: ready, W1, W2, W3, W4, W5, W6, W7, W8, W9, W10, W11, fairness }) {
  return [
    ['machine', `${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib} GiB, Node ${machine.node}, ${machine.ed25519_verify_us} µs for an Ed25519 verification; medians of ${runs}`],
    ['durability', durability],
    ['demo ready', `${ready} s`, '≤ 20 s'],
    ...(W1 ? [['W1 latency, one at a time', `p50 ${W1.p50_ms} ms, p95 ${W1.p95_ms}, p99 ${W1.p99_ms}`, 'p50 ≤ 20, p99 ≤ 80; then ≤ 10, ≤ 40']] : []),
    ...(W2 ? burstRows('W2 one room, 16 senders', W2, ['≥ 350/s; then ≥ 600', '≤ 3 ms; then ≤ 2']) : []),
    ...(W3 ? burstRows('W3 20 rooms, 16 senders', W3, ['≥ 700/s; then ≥ 1,400', '≤ 2 ms; then ≤ 1.3']) : []),
    ...(W4 ? [['W4 outage', `${W4.arrived} of ${W4.messages}, ${W4.doubled} doubled, ${W4.out_of_order} out of order, the last ${W4.seconds_after_return} s after the return`, 'all, ≤ 5 s; then ≤ 2']] : []),
    ...(W5 ? [['W5 memory of an idle server', `${W5.rss_mb_without_database} MB without databases, ${W5.cpu_percent_idle} % CPU`, 'then ≤ 250 MB'], ['   by process', JSON.stringify(W5.by_process_mb)]] : []),
    ...(W6 ? [...burstRows(`W6 one room, ${W6.rtt_ms} ms RTT`, W6.one_room, ['≥ 300/s']), ...burstRows(`W6 20 rooms, ${W6.rtt_ms} ms RTT`, W6.twenty_rooms, ['≥ 1,000/s'])] : []),
    ...Object.values(W7 ?? {}).filter(({ events }) => events !== undefined).map((one) => [`W7 backlog of ${one.events}`, `${one.seconds} s, ${one.per_second}/s, ${one.cpu_ms_per_event} ms CPU per event (both APIs ${one.receiving_api_cpu_ms_per_event})`, 'receiving ≤ 0.75 ms']),
    ...(W8 ? [['W8 posting with 1 / 10 / 250 peers', `${[W8.with_1, W8.with_10, W8.with_250].map((one) => `${one.ms} ms, ${one.cpu_ms} ms CPU`).join(' / ')}: × ${W8.cpu_of_250_against_1}`, '≤ 1.5 ×'], ['   rows written per post', [W8.with_1, W8.with_10, W8.with_250].map((one) => one.rows).join(' / '), 'the same']] : []),
    ...(fairness ? [[`p99 while another tenant's ${fairness.events} wait`, `× ${fairness.p99_waiting_against_alone} (${fairness.waiting.p99_ms} ms); while they are drained × ${fairness.p99_draining_against_alone} (p50 ${fairness.draining.p50_ms} ms, p99 ${fairness.draining.p99_ms} ms)`, '≤ 1.1 ×']] : []),
    ...(W10 ? [[`W10 ${W10.sockets} sockets in one room`, `p50 ${W10.p50_ms} ms, p99 ${W10.p99_ms}, sender's request to each frame`, 'p99 ≤ 250']] : []),
    ...openingRows(W11),
    ...(W9 ? [[`W9 bytes per event, batch of ${W9.batch}`, `${W9.bytes_per_event} in all, ${W9.overhead_per_event} beside the content's ${W9.content_bytes_per_event}`, 'overhead ≤ 400']] : []),
  ];
}

function openingRows(one) {
  if (!one?.messages) return []; // there was no browser
  const { messages, cold_ms: cold, first_ms: first, again_ms: again, frame_ms: frame } = one;
  return [
    [`W11 a room of ${messages} opened in Chromium`, `p50 ${first.p50} ms, p95 ${first.p95}`, '≤ 200'],
    ['   again; right after the app was loaded', `p50 ${again.p50} ms, p95 ${again.p95}; p50 ${cold.p50} ms, p95 ${cold.p95}`],
    ['   a frame while it is scrolled', `p50 ${frame.p50} ms, p95 ${frame.p95}, worst ${frame.worst}`],
  ];
}

function burstRows(name, one, [rate, cpu]) {
  return [
    [name, `${one.accepted_per_second} accepted/s, ${one.delivered_per_second} delivered/s`, rate],
    ['   lost, doubled, out of order', `${one.lost}, ${one.doubled}, ${one.out_of_order}`, '0'],
    ['   CPU per message, everything', `${one.cpu_ms_per_message} ms`, cpu],
    ['   by process', Object.entries(one.processes).map(([process, { cpu_ms_per_message: ms, rss_mb: rss }]) => `${process} ${ms} ms, ${rss} MB`).join('; ')],
  ];
}
