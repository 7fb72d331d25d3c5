using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// What a client is told of its command is what became of that very command: at the entry it is told of, that command was applied, with that
/// outcome and that result, after the call began, and for no other call. And nothing is applied that no client called for (the other
/// direction of client-reply coherence in TigerBeetle's state checker).
/// </summary>
/// <remarks>
/// A client without a session does not know the number that its replica has given to its command, so commands are told apart by their bytes;
/// where two calls have the same bytes, by the rule that an entry answers one call. The sessions that replicas open for themselves are no
/// commands of clients.
/// </remarks>
internal sealed class ReplyCoherence : Checker
{
    private readonly AppliedHistory _history;
    private readonly HashSet<Digest> _called = [];
    private readonly Dictionary<LogIndex, ClientCall> _answers = [];

    public ReplyCoherence(AppliedHistory history)
    {
        _history = history;
        history.Subscribe(OnAdded);
    }

    /// <inheritdoc/>
    public override string Name => "reply coherence";

    /// <inheritdoc/>
    public override bool KnowsAllCommands => true;

    /// <inheritdoc/>
    public override void OnInvoked(ClientCall call)
    {
        if (!call.Operation.IsQuery)
        {
            _called.Add(call.Hash);
        }
    }

    /// <inheritdoc/>
    public override void OnCompleted(ClientCall call)
    {
        if (call.Operation.IsQuery || !call.IsAnswered)
        {
            return;
        }

        if (WhatIsWrong(call) is { } wrong)
        {
            Report($"a client is told that its command is {call.Outcome} at entry {call.Index}, but {wrong}: {call}");
        }
        else if (!_answers.TryAdd(call.Index, call))
        {
            Report($"entry {call.Index} answers two calls: {_answers[call.Index]}; {call}");
        }
    }

    private string? WhatIsWrong(ClientCall call) => _history[call.Index] switch
    {
        null => "no command was applied there",
        { IsFirst: false } entry => $"there is {entry.Applied.Outcome} of a command of entry {entry.Applied.Index}",
        { } entry when entry.Body != call.Hash => "another command was applied there",
        { } entry when call.Request != RequestId.None && entry.Applied.Request != call.Request => $"that is request {entry.Applied.Request}, and its own is {call.Request}",
        { } entry when (entry.Applied.Outcome == CommandOutcome.Applied) != (call.Outcome == CallOutcome.Applied) => $"it was {entry.Applied.Outcome}",
        { } entry when !entry.Applied.Result.Span.SequenceEqual(call.Result.Span) =>
            $"the result was 0x{Convert.ToHexStringLower(entry.Applied.Result.Span)}, not 0x{Convert.ToHexStringLower(call.Result.Span)}",
        { } entry when entry.At < call.InvokedAt => "that was applied before the call began",
        _ => null,
    };

    private void OnAdded(AppliedEntry entry)
    {
        if (entry.Kind is null)
        {
            Report($"entry {entry.Index} was applied on node {entry.Node}, and is no command");
        }
        else if (entry.IsCommand && !_called.Contains(entry.Body))
        {
            Report($"the command of entry {entry.Index} ({entry.Applied.Request}) was applied on node {entry.Node}, and no client has called for it");
        }
    }
}
