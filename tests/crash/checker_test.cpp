// The checker of the crash test finds what it is there to find.

#include "tests/support/driver/checker.h"
#include "tests/support/catch.h"

using namespace server;
using namespace server::driver;

namespace {

// A history that grows event by event.
class History {
public:
    History() { run_.run = {"default", "w", "r"}; }

    HistoryEvent& add(enums::EventType type) {
        HistoryEvent& event = run_.events.emplace_back();
        event.set_event_id(static_cast<EventId>(run_.events.size()));
        event.set_event_type(type);
        event.mutable_event_time()->set_seconds(1'000);
        return event;
    }
    History& workflow_task() {
        add(enums::EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
        const EventId started = add(enums::EVENT_TYPE_WORKFLOW_TASK_STARTED).event_id();
        add(enums::EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
            .mutable_workflow_task_completed_event_attributes()
            ->set_started_event_id(started);
        return *this;
    }
    EventId activity() {
        HistoryEvent& event = add(enums::EVENT_TYPE_ACTIVITY_TASK_SCHEDULED);
        event.mutable_activity_task_scheduled_event_attributes()->set_activity_id("a0-0");
        return event.event_id();
    }
    History& end_activity(EventId scheduled) {
        add(enums::EVENT_TYPE_ACTIVITY_TASK_COMPLETED)
            .mutable_activity_task_completed_event_attributes()
            ->set_scheduled_event_id(scheduled);
        return *this;
    }
    History& signal(const std::string& id) {
        *add(enums::EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
             .mutable_workflow_execution_signaled_event_attributes()
             ->mutable_input() = text_payload(id);
        return *this;
    }

    RunHistory run_;
};

History started() {
    History history;
    history.add(enums::EVENT_TYPE_WORKFLOW_EXECUTION_STARTED);
    return history;
}

History completed() {
    History history = started();
    history.workflow_task();
    const EventId activity = history.activity();
    history.end_activity(activity).signal("w/signal-0").workflow_task();
    history.add(enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED);
    return history;
}

// The sentences of the checks that are violated.
std::vector<std::string> broken(const std::vector<Check>& checks) {
    std::vector<std::string> sentences;
    for (const Check& check : checks) {
        if (!check.holds()) sentences.push_back(check.sentence);
    }
    return sentences;
}
using Sentences = std::vector<std::string>;

Sentences broken_by(const History& history, bool completed = true) {
    return broken(check_histories({history.run_}, completed));
}

Acknowledgement entry(Acknowledgement::Kind kind, const std::string& id, EventId number = 0) {
    Acknowledgement entry;
    entry.kind = kind;
    entry.workflow_id = "w";
    entry.run_id = "r";
    entry.id = id;
    entry.number = number;
    entry.attempt = 1;
    return entry;
}

Sentences broken_by(const std::vector<Acknowledgement>& entries, const History& history) {
    AcknowledgementLog log;
    for (const Acknowledgement& entry : entries) log.append(entry);
    return broken(check_acknowledgements(log, entries.size(), {history.run_}));
}

using Kind = Acknowledgement::Kind;

}  // namespace

TEST_CASE("a history as it should be passes every check", "[crash]") {
    CHECK(broken_by(completed()).empty());
    CHECK(broken_by(completed(), false).empty());
    CHECK(broken_by(
              {entry(Kind::started, "w/start"), entry(Kind::signaled, "w/signal-0"),
               entry(Kind::workflow_task_completed, "", 3), entry(Kind::activity_completed, "a0-0"),
               entry(Kind::closed, "", enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED)},
              completed())
              .empty());
}

TEST_CASE("a gap in the event ids is found", "[crash]") {
    History history = completed();
    history.run_.events.erase(history.run_.events.begin() + 6);
    CHECK(broken_by(history, false) == Sentences{"event ids are dense from 1"});
}

TEST_CASE("a run that has not completed is found at the end only", "[crash]") {
    History history = completed();
    history.run_.events.pop_back();
    CHECK(broken_by(history, false).empty());
    CHECK(broken_by(history) == Sentences{"every run completed, once, with its last event"});
}

TEST_CASE("an event after the closing one is found", "[crash]") {
    History history = completed();
    history.signal("w/signal-1");
    CHECK(broken_by(history) == Sentences{"every run completed, once, with its last event"});
}

TEST_CASE("an activity that ended twice, or never, is found", "[crash]") {
    History history = started();
    history.workflow_task();
    const EventId scheduled = history.activity();
    CHECK(broken_by(history, false).empty());
    SECTION("never") {
        history.workflow_task().add(enums::EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED);
        CHECK(broken_by(history) ==
              Sentences{"every activity, timer and child ended exactly once"});
    }
    SECTION("twice") {
        history.end_activity(scheduled).end_activity(scheduled);
        CHECK(broken_by(history, false) ==
              Sentences{"every activity, timer and child ended at most once"});
    }
    SECTION("that was not scheduled") {
        history.end_activity(scheduled + 10);
        CHECK(broken_by(history, false) ==
              Sentences{"every activity, timer and child ended at most once"});
    }
}

TEST_CASE("a timer that fires early is found", "[crash]") {
    History history = started();
    HistoryEvent& timer = history.add(enums::EVENT_TYPE_TIMER_STARTED);
    set_duration(*timer.mutable_timer_started_event_attributes()->mutable_start_to_fire_timeout(),
                 2s);
    const EventId timer_id = timer.event_id();
    HistoryEvent& fired = history.add(enums::EVENT_TYPE_TIMER_FIRED);
    fired.mutable_timer_fired_event_attributes()->set_started_event_id(timer_id);
    const auto [seconds, early] = GENERATE(table<int, bool>({{1'001, true}, {1'002, false}}));
    fired.mutable_event_time()->set_seconds(seconds);
    CHECK(broken_by(history, false) == (early ? Sentences{"no timer fired early"} : Sentences{}));
}

TEST_CASE("two workflow tasks at once are found", "[crash]") {
    History history = started();
    history.add(enums::EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    history.add(enums::EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    CHECK(broken_by(history, false) ==
          Sentences{"there is one workflow task at a time, and each ends once"});
}

TEST_CASE("an event that should have been buffered is found", "[crash]") {
    History history = started();
    history.add(enums::EVENT_TYPE_WORKFLOW_TASK_SCHEDULED);
    history.add(enums::EVENT_TYPE_WORKFLOW_TASK_STARTED);
    history.signal("w/signal-0");
    CHECK(broken_by(history, false) ==
          Sentences{"no event comes between a workflow task's start and its end"});
}

TEST_CASE("a doubled signal and one out of order are found, buffered or not", "[crash]") {
    History history = started();
    history.signal("w/signal-0").signal("w/signal-1");
    CHECK(broken_by(history, false).empty());
    History again = started();
    again.signal("w/signal-0");
    const bool buffered = GENERATE(false, true);
    if (buffered) {
        history.run_.buffered.push_back(again.run_.events.back());
    } else {
        history.signal("w/signal-0");
    }
    CHECK(broken_by(history, false) ==
          Sentences{"no signal is doubled", "signals of one sender keep their order"});
}

TEST_CASE("an acknowledged signal that is not in history is found, unless it is buffered",
          "[crash]") {
    const std::vector<Acknowledgement> entries{entry(Kind::signaled, "w/signal-1")};
    History history = completed();
    CHECK(broken_by(entries, history) == Sentences{"no acknowledged signal is lost"});
    History other = started();
    other.signal("w/signal-1");
    history.run_.buffered.push_back(other.run_.events.back());
    CHECK(broken_by(entries, history).empty());
}

TEST_CASE("an acknowledged start without its run, or with two, is found", "[crash]") {
    const Sentences expected{"every acknowledged start has exactly one run"};
    const std::vector<Acknowledgement> entries{entry(Kind::started, "w/start")};
    History other = completed();
    other.run_.run.run_id = "another";
    CHECK(broken_by(entries, other) == expected);
    AcknowledgementLog log;
    log.append(entries[0]);
    CHECK(broken(check_acknowledgements(log, 1, {completed().run_, other.run_})) == expected);
}

TEST_CASE("an acknowledged completion that is not in history is found", "[crash]") {
    const Sentences expected{"every acknowledged completion of a task is in history, once"};
    CHECK(broken_by({entry(Kind::workflow_task_completed, "", 5)}, completed()) == expected);
    CHECK(broken_by({entry(Kind::activity_completed, "a7-7")}, completed()) == expected);
    CHECK(broken_by(
              {entry(Kind::activity_completed, "a0-0"), entry(Kind::activity_completed, "a0-0")},
              completed()) == expected);
}

TEST_CASE("an attempt that was handed out twice is found", "[crash]") {
    Acknowledgement first = entry(Kind::activity_polled, "a0-0");
    Acknowledgement second = first;
    second.attempt = 2;
    CHECK(broken_by({first, second}, completed()).empty());
    CHECK(broken_by({first, second, second}, completed()) ==
          Sentences{"no attempt of a task was handed out twice"});
}

TEST_CASE("heartbeat details that do not reach the next attempt are missed", "[crash]") {
    Acknowledgement next = entry(Kind::activity_polled, "a0-0");
    next.attempt = 2;
    next.had_details = GENERATE(false, true);
    const std::vector<Acknowledgement> entries{entry(Kind::activity_polled, "a0-0"),
                                               entry(Kind::activity_heartbeat, "a0-0"), next};
    const Sentences lost{"acknowledged heartbeat details reach the next attempt"};
    CHECK(broken_by(entries, completed()) == (next.had_details ? Sentences{} : lost));
}

TEST_CASE("entries after those that count are left out", "[crash]") {
    AcknowledgementLog log;
    log.append(entry(Kind::signaled, "w/signal-0"));
    log.append(entry(Kind::signaled, "w/signal-9"));
    CHECK(broken(check_acknowledgements(log, 1, {completed().run_})).empty());
    CHECK(!broken(check_acknowledgements(log, 2, {completed().run_})).empty());
}
