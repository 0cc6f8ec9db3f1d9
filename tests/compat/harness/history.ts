import assert from 'node:assert/strict';
import { api } from './api';
import { differences, show } from './match';
import { plain } from './plain';

/**
 * A history event in plain form (see `plain`); `type` is the name without its prefix, as in
 * "TimerStarted".
 */
export interface Event {
  id: number;
  type: string;
  time: number;
  version: number;
  taskId: number;
  workerMayIgnore: boolean;
  userMetadata: any;
  links: any[];
  attributes: any;
}

/** A type, or an event with those attributes that matter. */
export type ExpectedEvent = string | { type: string; attributes: Record<string, any> };

export function event(type: string, attributes: Record<string, any>): ExpectedEvent {
  return { type, attributes };
}

export function decodeEvents(history: api.history.v1.IHistory | null | undefined): Event[] {
  return (history?.events ?? []).map(decodeEvent);
}

function decodeEvent(message: api.history.v1.IHistoryEvent): Event {
  const event = plain(api.history.v1.HistoryEvent, message);
  const type = pascalCase(event.eventType.replace('EVENT_TYPE_', ''));
  const field = `${type[0].toLowerCase()}${type.slice(1)}EventAttributes`;
  assert.equal(
    event.attributes,
    field,
    `event ${event.eventId} is a ${type} but carries ${event.attributes}`
  );
  return {
    id: event.eventId,
    type,
    time: event.eventTime,
    version: event.version,
    taskId: event.taskId,
    workerMayIgnore: event.workerMayIgnore,
    userMetadata: event.userMetadata,
    links: event.links,
    attributes: event[field],
  };
}

function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => word[0] + word.slice(1).toLowerCase())
    .join('');
}

/**
 * Where an expectation comes from: a section of the reference, temporal-server.md or events.md. None
 * was recorded from a server.
 */
export type Rule = `${'server' | 'events'} §${number}.${number}`;

/** The history must consist of exactly these events, and keep the laws of every history. */
export function expectHistory(rule: Rule, events: Event[], expected: ExpectedEvent[]): void {
  expectTail(rule, events, 1, expected);
}

/** As `expectHistory`, but only the events from that id on are spelled out. */
export function expectTail(
  rule: Rule,
  events: Event[],
  firstId: number,
  expected: ExpectedEvent[]
): void {
  const tail = events.slice(firstId - 1);
  report(events, `against ${rule}:`, [
    ...differences(types(tail), expected.map(typeOf), 'types').slice(0, 1),
    ...expected.flatMap((item, index) => attributeFaults(tail[index], item)),
    ...lawFaults(events),
  ]);
}

/** Only the laws: for histories whose order depends on timing. */
export function expectLawful(events: Event[]): void {
  report(events, 'against the laws of every history:', lawFaults(events));
}

function report(events: Event[], rule: string, faults: string[]): void {
  assert.ok(
    faults.length === 0,
    `${rule}\n${faults.join('\n')}\nin the history\n${print(events)}`
  );
}

/** The one event of that type. */
export function only(events: Event[], type: string): Event {
  const found = events.filter((event) => event.type === type);
  assert.equal(found.length, 1, `${found.length} ${type} in the history\n${print(events)}`);
  return found[0];
}

export function types(events: Event[]): string[] {
  return events.map(typeOf);
}

function typeOf(item: Event | ExpectedEvent): string {
  return typeof item === 'string' ? item : item.type;
}

function attributeFaults(actual: Event | undefined, expected: ExpectedEvent): string[] {
  if (typeof expected === 'string' || actual?.type !== expected.type) return [];
  const faults = differences(actual.attributes, expected.attributes);
  return faults.map((fault) => `event ${actual.id} ${actual.type}: ${fault}`);
}

/** Ids are dense, task ids grow, events have a time, and refer to what came before them. */
function lawFaults(events: Event[]): string[] {
  return events.flatMap((event, index) => [
    ...(event.id === index + 1 ? [] : [`event ${event.id} stands where ${index + 1} belongs`]),
    ...(index === 0 || event.taskId > events[index - 1].taskId
      ? []
      : [`event ${event.id}: its task id does not grow`]),
    ...(event.version === 0
      ? []
      : [`event ${event.id}: version ${event.version} in a local namespace`]),
    ...(event.time > 0 ? [] : [`event ${event.id}: no event time`]),
    ...(event.workerMayIgnore
      ? [`event ${event.id}: ${event.type} may not be ignored by workers`]
      : []),
    ...referenceFaults(events, event),
  ]);
}

/** An event id in an attribute must name an earlier event of the right type. */
function referenceFaults(events: Event[], event: Event): string[] {
  return Object.entries(referencesOf(event)).flatMap(([field, target]) => {
    const id = event.attributes[field];
    if (id === undefined || id === 0) return [];
    const found = id < event.id ? events[id - 1]?.type : undefined;
    if (found === target) return [];
    return [
      `event ${event.id} ${event.type}: ${field} ${id} is ${found}, not an earlier ${target}`,
    ];
  });
}

function referencesOf(event: Event): Record<string, string> {
  const subject = ['WorkflowTask', 'ActivityTask', 'Timer'].find((prefix) =>
    event.type.startsWith(prefix)
  );
  return {
    workflowTaskCompletedEventId: 'WorkflowTaskCompleted',
    latestCancelRequestedEventId: 'ActivityTaskCancelRequested',
    ...initiatorOf(event),
    ...(event.type.startsWith('ChildWorkflow')
      ? { startedEventId: 'ChildWorkflowExecutionStarted' }
      : {}),
    ...(subject === undefined
      ? {}
      : { scheduledEventId: `${subject}Scheduled`, startedEventId: `${subject}Started` }),
  };
}

/** The event that began what this one is the outcome of. */
function initiatorOf(event: Event): Record<string, string> {
  const begun: Record<string, RegExp> = {
    StartChildWorkflowExecutionInitiated: /^ChildWorkflow|^StartChildWorkflowExecutionFailed$/,
    SignalExternalWorkflowExecutionInitiated:
      /^ExternalWorkflowExecutionSignaled$|^SignalExternalWorkflowExecutionFailed$/,
    RequestCancelExternalWorkflowExecutionInitiated:
      /^ExternalWorkflowExecutionCancelRequested$|^RequestCancelExternalWorkflowExecutionFailed$/,
  };
  const found = Object.entries(begun).find(([, outcomes]) => outcomes.test(event.type));
  return found === undefined ? {} : { initiatedEventId: found[0] };
}

function print(events: Event[]): string {
  return events
    .map((event) => `${String(event.id).padStart(4)} ${event.type} ${show(event.attributes)}`)
    .join('\n');
}
