#include "tests/support/driver/history_reader.h"

namespace server::driver {

Async<Result<RunHistory>> read_history(Client& client, RunKey run, Duration patience) {
    RunHistory history{.run = run, .events = {}};
    api::GetWorkflowExecutionHistoryRequest request;
    request.set_namespace_(run.namespace_id);
    request.mutable_execution()->set_workflow_id(run.workflow_id);
    request.mutable_execution()->set_run_id(run.run_id);
    do {
        auto page =
            co_await client.persist<api::GetWorkflowExecutionHistoryResponse>(request, patience);
        if (!page.result.ok()) co_return page.result.status();
        const auto& events = page.result->history().events();
        history.events.insert(history.events.end(), events.begin(), events.end());
        request.set_next_page_token(page.result->next_page_token());
    } while (!request.next_page_token().empty());
    co_return history;
}

Async<std::vector<Check>> check_all_histories(Client& client, const AcknowledgementLog& log,
                                              Duration patience) {
    std::vector<RunHistory> histories;
    Check readable{.sentence = "every history can be read"};
    const std::size_t acknowledged = log.entries().size();
    for (std::size_t index = 0; index < acknowledged; ++index) {
        const Acknowledgement& entry = log.entries()[index];
        if (entry.kind != Acknowledgement::Kind::started) continue;
        RunKey run{client.options().namespace_name, entry.workflow_id, entry.run_id};
        Result<RunHistory> history = co_await read_history(client, std::move(run), patience);
        if (history.ok()) {
            histories.push_back(std::move(history).value());
        } else {
            readable.violated(entry.workflow_id + ": " + history.status().message());
        }
    }
    std::vector<Check> checks = check_histories(histories, true);
    for (Check& check : check_acknowledgements(log, acknowledged, histories)) {
        checks.push_back(std::move(check));
    }
    checks.push_back(std::move(readable));
    co_return checks;
}

}  // namespace server::driver
