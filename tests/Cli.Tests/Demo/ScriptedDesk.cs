using Consensus.Cli.Demo.Audit;
using Consensus.Cli.Demo.Load;

namespace Consensus.Cli.Tests.Demo;

/// <summary>A desk that answers by a script, and writes down what it was asked.</summary>
internal sealed class ScriptedDesk(Func<ScriptedDesk.Request, DeskAnswer> answer) : ICaseDesk
{
    private ulong _sessions;

    public List<Request> Requests { get; } = [];

    public ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new SessionResult(RefusalReason.None, new ClientId(++_sessions)));

    public ValueTask<DeskAnswer> CreateAsync(string caseId, OperationId operation, ProposeOptions options, CancellationToken cancellationToken) =>
        Answer(new Request(caseId, 0, operation, options.Request));

    public ValueTask<DeskAnswer> AdvanceAsync(string caseId, int step, OperationId operation, ProposeOptions options, CancellationToken cancellationToken) =>
        Answer(new Request(caseId, step, operation, options.Request));

    private ValueTask<DeskAnswer> Answer(Request request)
    {
        Requests.Add(request);
        return ValueTask.FromResult(answer(request));
    }

    internal sealed record Request(string CaseId, int Step, OperationId Operation, RequestId Identity);
}
