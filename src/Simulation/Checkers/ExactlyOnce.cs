using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A command takes effect at most once, however often it is proposed, and a refused one never; each further time it gets its first result
/// (Ongaro, thesis, section 6.3).
/// </summary>
/// <remarks>
/// Looked at in two ways. By session and number, as the replicas tell retries. And by the command's bytes, without regard to sessions: a
/// command must not have taken effect more often than clients have called with those bytes and were not refused. A replica that numbers one
/// call twice breaks the second while it keeps the first. The second must count calls: two deletes of one key have the same bytes.
/// </remarks>
internal sealed class ExactlyOnce : Checker
{
    private readonly Dictionary<RequestId, AppliedEntry> _byRequest = [];
    private readonly Dictionary<Digest, Uses> _byBody = [];

    public ExactlyOnce(AppliedHistory history) => history.Subscribe(OnAdded);

    /// <inheritdoc/>
    public override string Name => "exactly once";

    /// <inheritdoc/>
    public override bool KnowsAllCommands => true;

    /// <inheritdoc/>
    public override void OnInvoked(ClientCall call)
    {
        if (!call.Operation.IsQuery)
        {
            UsesOf(call.Hash).Calls++;
        }
    }

    /// <inheritdoc/>
    public override void OnCompleted(ClientCall call)
    {
        if (call.Outcome == CallOutcome.Refused && !call.Operation.IsQuery)
        {
            var uses = UsesOf(call.Hash);
            uses.Calls--;
            if (uses.Effects > uses.Calls)
            {
                Report($"{call.Operation.Name} was refused, but took effect at entry {uses.Last}: {call}");
            }
        }
    }

    private void OnAdded(AppliedEntry here)
    {
        if (!here.IsCommand)
        {
            return;
        }

        if (here.IsFirst)
        {
            OnEffect(here);
        }
        else if (here.IsRetry)
        {
            OnRetry(here);
        }
    }

    private void OnEffect(AppliedEntry here)
    {
        if (!_byRequest.TryAdd(here.Applied.Request, here))
        {
            Report($"request {here.Applied.Request} takes effect at entry {here.Index}, and has done so at entry {_byRequest[here.Applied.Request].Index} already");
        }

        var uses = UsesOf(here.Body);
        uses.Effects++;
        if (uses.Effects > uses.Calls)
        {
            Report($"the command of entry {here.Index} ({here.Applied.Request}) takes effect for the {uses.Effects}. time, last before at entry {uses.Last}; clients called for it {uses.Calls} times, refused calls not counted");
        }

        uses.Last = here.Index;
    }

    private void OnRetry(AppliedEntry here)
    {
        var what = $"request {here.Applied.Request} at entry {here.Index} is answered as a retry of entry {here.Applied.Index}";
        if (!_byRequest.TryGetValue(here.Applied.Request, out var first) || first.Index != here.Applied.Index)
        {
            Report($"{what}, but took effect {(first is null ? "nowhere" : $"at entry {first.Index}")}");
        }
        else if (first.Body != here.Body)
        {
            Report($"{what}, whose command is another");
        }
        else if (first.Applied.Outcome != here.Applied.Outcome || !first.Applied.Result.Span.SequenceEqual(here.Applied.Result.Span))
        {
            Report($"{what}, which was {first.Applied.Outcome} with result 0x{Convert.ToHexStringLower(first.Applied.Result.Span)}, with another one: {here.Applied.Outcome}, 0x{Convert.ToHexStringLower(here.Applied.Result.Span)}");
        }
    }

    private Uses UsesOf(Digest body)
    {
        if (!_byBody.TryGetValue(body, out var uses))
        {
            _byBody.Add(body, uses = new Uses());
        }

        return uses;
    }

    private sealed class Uses
    {
        /// <summary>How many calls may take effect.</summary>
        public int Calls { get; set; }

        /// <summary>How often it took effect.</summary>
        public int Effects { get; set; }

        /// <summary>Where it did so last.</summary>
        public LogIndex Last { get; set; }
    }
}
