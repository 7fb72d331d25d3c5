using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Clients;

/// <summary>
/// A client outside of the group: it asks one node or another, one thing at a time, waits a while, and asks again elsewhere if retries cannot
/// harm. After a call whose outcome it does not know it goes on as another process.
/// </summary>
internal sealed class SimulatedClient
{
    private readonly ClientPool _pool;
    private readonly Agenda _agenda;
    private readonly DeterministicRandom _random;
    private readonly IWorkload _workload;
    private readonly ClientSettings _settings;
    private readonly int _number;
    private readonly RequestSigner? _signer;
    private ClientId _session;
    private ulong _sequence;
    private int _process;
    private int _callsLeft;
    private ClientCall? _call;
    private bool _isEnded;

    public SimulatedClient(ClientPool pool, int number, Agenda agenda, DeterministicRandom random, IWorkload workload, ClientSettings settings, RequestSigner? signer = null)
    {
        _pool = pool;
        _number = number;
        _agenda = agenda;
        _random = random;
        _workload = workload;
        _settings = settings;
        _signer = signer;
        _callsLeft = settings.CallsMax;
        _process = pool.NextProcess();
    }

    /// <summary>Whether it begins no further call.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>How it behaves.</summary>
    public ClientSettings Settings => _settings;

    /// <summary>Begins to call.</summary>
    public void Start() => ThinkThen(BeginCall);

    /// <summary>Begins no further call.</summary>
    public void End() => _isEnded = true;

    /// <summary>Goes for good, in the middle of a call if one is under way; its session stays behind.</summary>
    public void Vanish()
    {
        _isEnded = true;
        if (_call is { } call)
        {
            // Nobody will hear what becomes of a command that was given to a replica; one that was only ever refused has had no effect.
            _call = null;
            _pool.Complete(call, call.Attempts == 0 || call.Operation.IsQuery ? CallOutcome.Refused : CallOutcome.Unknown);
        }
    }

    private void ThinkThen(Action next)
    {
        // Half of the calls begin on a beat that all clients share: calls that overlap are what checking is for, and they would seldom do.
        if (_settings.ThinkTime > TimeSpan.Zero && _random.Chance(0.5))
        {
            var beat = _settings.ThinkTime.Ticks;
            _agenda.Plan(new Ticks(((_agenda.Now.Value / beat) + 1) * beat), next);
        }
        else
        {
            _agenda.PlanIn(_random.NextAround(_settings.ThinkTime), next);
        }
    }

    private void BeginCall()
    {
        if (_isEnded || _callsLeft == 0)
        {
            _isEnded = true;
            return;
        }

        if (_settings.KeepsSession && _session == ClientId.None)
        {
            OpenSession();
            return;
        }

        _callsLeft--;
        var call = _pool.Begin(_process, _workload.Next(_random, _number));
        _call = call;
        if (_settings.KeepsSession && !call.Operation.IsQuery)
        {
            call.Request = new RequestId(_session, ++_sequence);
        }

        Attempt(call);
    }

    private void OpenSession()
    {
        if (_pool.AnyNode(_random) is not { } node)
        {
            ThinkThen(BeginCall);
            return;
        }

        var opening = _signer is null ? node.Replica!.OpenSessionAsync() : node.Replica!.OpenSessionAsync(_signer.PublicKey);
        node.Calls.Add(opening, _agenda.Now + _settings.Patience, (result, isAnswered) =>
        {
            if (isAnswered && _pool.Believes(node) && result.Refusal == RefusalReason.None)
            {
                _session = result.Client;
                _sequence = 0;
            }

            ThinkThen(BeginCall);
        });
    }

    private void Attempt(ClientCall call)
    {
        if (call != _call)
        {
            // The client has vanished.
            return;
        }

        call.Attempts++;
        if (_pool.AnyNode(_random) is not { } node)
        {
            Retry(call, RefusalReason.NoLeader);
            return;
        }

        var deadline = _agenda.Now + _settings.Patience;
        if (call.Operation.IsQuery)
        {
            node.Calls.Add(node.Replica!.QueryAsync(call.Operation.Content), deadline, (result, isAnswered) =>
            {
                if (call == _call)
                {
                    var isBelieved = _pool.Believes(node);
                    OnQueried(call, isBelieved ? result : default, isBelieved && isAnswered);
                }
            });
        }
        else
        {
            var options = new ProposeOptions(_settings.Patience, call.Request, call.Request.Sequence, WaitFor: LevelFor(call, node.Replica!));
            if (call.Request != RequestId.None && _signer is not null)
            {
                options = _signer.Sign(options, call.Operation.Content.Span);
            }

            node.Calls.Add(node.Replica!.ProposeAsync(call.Operation.Content, options), deadline, (result, isAnswered) =>
            {
                if (call == _call)
                {
                    var isBelieved = _pool.Believes(node);
                    OnProposed(call, isBelieved ? result : default, isBelieved && isAnswered);
                }
            });
        }
    }

    /// <summary>Where that is more than a commit, some wait for it.</summary>
    private static CommitLevel LevelFor(ClientCall call, Replica replica) =>
        call.Request.Sequence % 4 == 0 && (replica.Guarantees & (ConsensusGuarantees.Certifying | ConsensusGuarantees.ByzantineTolerant)) == ConsensusGuarantees.Certifying
            ? CommitLevel.Certified
            : CommitLevel.Committed;

    private void OnQueried(ClientCall call, QueryResult result, bool isAnswered)
    {
        if (isAnswered && result.IsAnswered)
        {
            call.Index = result.Index;
            call.Result = result.Result;
            Complete(call, CallOutcome.Applied);
        }
        else
        {
            // A query that was not answered has no effect, whatever became of it.
            Retry(call, result.Refusal);
        }
    }

    private void OnProposed(ClientCall call, ProposeResult result, bool isAnswered)
    {
        if (isAnswered && result.Status is ProposeStatus.Applied or ProposeStatus.Rejected)
        {
            call.Index = result.Index;
            call.Result = result.Result;
            Complete(call, result.Status == ProposeStatus.Applied ? CallOutcome.Applied : CallOutcome.Rejected);
            return;
        }

        call.IsUncertain |= !isAnswered || result.Status == ProposeStatus.Unknown;
        Retry(call, result.Refusal);
    }

    private void Retry(ClientCall call, RefusalReason reason)
    {
        if (reason != RefusalReason.None)
        {
            _pool.Refuse(reason);
        }

        if (reason is RefusalReason.SessionExpired or RefusalReason.RequestForgotten or RefusalReason.RequestBeyondWindow or RefusalReason.NotSignedByClient)
        {
            _session = ClientId.None;
            Complete(call, call.IsUncertain ? CallOutcome.Unknown : CallOutcome.Refused);
            return;
        }

        // Without a session a second attempt could do the same thing twice.
        var mayRetry = call.Request != RequestId.None || call.Operation.IsQuery || !call.IsUncertain;
        if (mayRetry && call.Attempts < _settings.AttemptsMax && !_isEnded)
        {
            _agenda.PlanIn(_random.NextAround(_settings.RetryPause), () => Attempt(call));
            return;
        }

        Complete(call, call.IsUncertain ? CallOutcome.Unknown : CallOutcome.Refused);
    }

    private void Complete(ClientCall call, CallOutcome outcome)
    {
        if (outcome == CallOutcome.Unknown)
        {
            _process = _pool.NextProcess();
            if (call.Request != RequestId.None)
            {
                // The command may still come; its number must not be acknowledged as if its result were known.
                _session = ClientId.None;
            }
        }

        _call = null;
        _pool.Complete(call, outcome);
        ThinkThen(BeginCall);
    }
}
