using System.Security.Cryptography;
using System.Text.Json;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.Replies;
using Consensus.Cryptography;

namespace Consensus.Client.Sessions;

/// <summary>
/// Sends writes that take effect once: each gets a number in the client's session, which is opened by the first write, and again if it turns out
/// to be closed, or not the client's.
/// </summary>
internal sealed class SessionWriter(ConsensusClientOptions options, ApiChannel channel, ConfirmedSender? confirmed, TimeProvider time, CancellationToken stopping)
{
    /// <summary>A session that was opened a moment ago and is closed already says that something is wrong with the group.</summary>
    private const int RenewalsMax = 2;

    private static readonly CallResult NotSignable = CallResult.Unanswered(
        new ApiProblem("not-supported", "Commands of the key-value machine only are signed; other writes need a client without a key.", MayHaveTakenEffect: false) { Status = 501 },
        "Commands of the key-value machine only are signed; other writes need a client without a key.");

    private readonly ApiCall _openCall = OpenCall(options.Signer);
    private readonly Lock _lock = new();
    private Session? _current;
    private Task<SessionOpening>? _opening;
    private FailureLog _openingFailures = new();

    /// <summary>Sends a write until its outcome is known, or the time is over.</summary>
    public async ValueTask<CallResult> WriteAsync(ApiCall call, ProposeOptions propose, CancellationToken cancellationToken)
    {
        if (confirmed is not null && call.Commands is null)
        {
            return ConfirmedSender.NotOffered;
        }

        if (options.Signer is not null && call.Commands is null)
        {
            return NotSignable;
        }

        call = call with { WaitFor = propose.WaitFor };
        var deadline = new Deadline(time, propose.Timeout == TimeSpan.Zero ? options.Timeout : propose.Timeout);
        if (propose.Request != RequestId.None)
        {
            var own = call with { Request = new RequestNumber(propose.Request, propose.AcknowledgedBelow) };
            return await SendAsync(own, deadline, cancellationToken).ConfigureAwait(false);
        }

        for (var renewals = 0; ; renewals++)
        {
            var opening = await EnterAsync(deadline, cancellationToken).ConfigureAwait(false);
            if (opening.Session is not { } session)
            {
                return opening.Failure;
            }

            if (await TakeAsync(session, deadline, cancellationToken).ConfigureAwait(false) is not { } number)
            {
                return CallResult.Unanswered(null, $"{Session.Window:N0} writes of this client are under way, or an older one still is; allowed: no more at once.");
            }

            CallResult result;
            try
            {
                result = await SendAsync(call with { Request = number }, deadline, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                session.End(number);
            }

            if (result.Problem is not ({ IsSessionGone: true } or { IsTakenByAnother: true } or { IsNotTheClients: true }))
            {
                return result;
            }

            // Without a key anybody may take a number, in whosever session; else each of the three speaks against the node that has opened it.
            Leave(session, isInVain: !result.Problem.IsTakenByAnother || options.Signer is not null);
            if (result.Problem.IsSessionGone)
            {
                // Not to be sent in another session, whatever the nodes say of its effect. A session that is gone may have taken the write before; and one that was never opened may be opened yet: a node that has given out the
                // number of an entry to come can bring the opening about, with the client's own key, and the write after it.
                return CallResult.Unknown(result.Problem, result.Detail) with { Proof = result.Proof };
            }

            if (result.IsUnknown || result.Problem.MayHaveTakenEffect || renewals == RenewalsMax)
            {
                return result;
            }
        }
    }

    /// <summary>Opens a session for somebody who numbers commands himself.</summary>
    public ValueTask<CallResult> OpenAsync(CancellationToken cancellationToken) => OpenAsync(failures: null, cancellationToken);

    /// <summary>Sends a numbered write. Its number is in use until this has ended: nodes keep the result so long.</summary>
    private ValueTask<CallResult> SendAsync(ApiCall call, Deadline deadline, CancellationToken cancellationToken)
    {
        var signed = options.Signer is { } signer
            ? call with { Signature = signer.Sign(call.Request.Id, call.Request.AcknowledgedBelow, call.Commands!()[0]) }
            : call;
        return confirmed is null ? channel.SendAsync(signed, deadline, cancellationToken) : confirmed.SendAsync(signed, deadline, cancellationToken);
    }

    /// <summary>Waits for the client's session. All writes that need it wait for the same opening, each as long as it has time.</summary>
    private async ValueTask<SessionOpening> EnterAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await Current().WaitAsync(deadline.Remaining, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            FailureLog failures;
            lock (_lock)
            {
                failures = _openingFailures;
            }

            return new SessionOpening(null, CallResult.Unanswered(failures.LastProblem, $"No session could be opened in time, so nothing was sent. {failures}".TrimEnd()));
        }
    }

    /// <summary>The session that is open, or the opening under way, or a new one.</summary>
    private Task<SessionOpening> Current()
    {
        TaskCompletionSource<SessionOpening> mine;
        FailureLog failures;
        lock (_lock)
        {
            if (_current is { } opened)
            {
                return Task.FromResult(new SessionOpening(opened, default));
            }

            if (_opening is { } others)
            {
                return others;
            }

            mine = new TaskCompletionSource<SessionOpening>(TaskCreationOptions.RunContinuationsAsynchronously);
            _opening = mine.Task;
            _openingFailures = failures = new FailureLog();
        }

        _ = OpenAsync(mine, failures);
        return mine.Task;
    }

    /// <summary>
    /// Opens the session. A session whose opening was answered to nobody is never used, and closed by the group one day: to ask again does no
    /// harm.
    /// </summary>
    private async Task OpenAsync(TaskCompletionSource<SessionOpening> opening, FailureLog failures)
    {
        try
        {
            var result = await OpenAsync(failures, stopping).ConfigureAwait(false);
            Session? session = null;
            if (result.IsSuccess)
            {
                session = new Session(new ClientId(result.Answer!.Read(WireJson.Default.SessionDocument).Client), confirmed is null ? 1 : AnyNumber(), result.From);
            }

            Finish(session);
            opening.SetResult(new SessionOpening(session, session is null ? CallResult.Unanswered(result.Problem, result.Detail) : default));
        }
        catch (Exception exception)
        {
            // Whoever waits for the session gets to see it.
            Finish(null);
            opening.SetException(exception);
        }
    }

    private static ApiCall OpenCall(RequestSigner? signer)
    {
        var call = new ApiCall(HttpMethod.Post, "v1/sessions") { OpensSession = true };
        return signer is null ? call : call with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new OpenSessionDocument(Convert.ToHexStringLower(signer.PublicKey.Span)), WireJson.Default.OpenSessionDocument),
            ContentType = ApiCall.Json,
        };
    }

    private static ulong AnyNumber() => 1 + (BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 2);

    private ValueTask<CallResult> OpenAsync(FailureLog? failures, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(time, options.Timeout);
        return confirmed is null
            ? channel.SendAsync(_openCall, deadline, failures, cancellationToken)
            : confirmed.OpenAsync(_openCall, deadline, failures, cancellationToken);
    }

    private void Finish(Session? session)
    {
        lock (_lock)
        {
            (_current, _opening) = (session, null);
        }
    }

    /// <summary>The next write opens another session, if none has done so already.</summary>
    private void Leave(Session session, bool isInVain)
    {
        lock (_lock)
        {
            if (_current != session)
            {
                return;
            }

            _current = null;
        }

        if (isInVain && session.OpenedBy is { } node)
        {
            // It may have given out a number that is no session's, or another's, or have opened it with another key than it was given.
            channel.Avoid(node);
        }
    }

    private async ValueTask<RequestNumber?> TakeAsync(Session session, Deadline deadline, CancellationToken cancellationToken)
    {
        RequestNumber number;
        while (!session.TryTake(out number, out var room))
        {
            try
            {
                await room.WaitAsync(deadline.Remaining, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        return number;
    }
}
