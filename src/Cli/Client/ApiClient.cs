using Consensus.Client;
using Consensus.Client.Calls;
using Microsoft.Extensions.Options;

namespace Consensus.Cli.Client;

/// <summary>
/// The client library as the tool uses it: the tool shows the API's documents as they are, so it takes the answers before they become results
/// of .NET.
/// </summary>
internal sealed class ApiClient : IAsyncDisposable
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(250);

    private readonly ConsensusClient _client;
    private readonly int _nodes;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly Action<string> _progress;
    private readonly ClientSigner? _signer;
    private readonly ProposeOptions _propose;
    private bool _isTold;

    /// <param name="endpoints">The nodes.</param>
    /// <param name="timeout">How long one call may take, attempts included.</param>
    /// <param name="time">Tells the time, and waits.</param>
    /// <param name="progress">Told once if a call takes long, so that nobody looks at a silent terminal.</param>
    /// <param name="access">Who the tool is, and whom it trusts.</param>
    /// <param name="waitFor">When a write counts as done.</param>
    /// <exception cref="UsageException">The token cannot be sent, or the authorities are none.</exception>
    public ApiClient(IReadOnlyList<Uri> endpoints, TimeSpan timeout, TimeProvider time, Action<string> progress, ApiAccess access, CommitLevel waitFor = CommitLevel.Committed)
    {
        _nodes = endpoints.Count;
        (_timeout, _time, _progress, _signer, _propose) = (timeout, time, progress, access.Signer, new ProposeOptions(WaitFor: waitFor));

        // A command makes one call or two: a search for the leader would cost more than it saves.
        var options = new ConsensusClientOptions { Timeout = timeout, ChangeTimeout = timeout, PreferLeader = false, Retrying = Tell, BearerToken = access.Token, AuthorityPem = access.AuthorityPem };
        foreach (var endpoint in endpoints)
        {
            options.Endpoints.Add(endpoint);
        }

        if (_signer is not null)
        {
            options.SignRequests(_signer.Requests);
        }

        try
        {
            _client = new ConsensusClient(options, time: time);
        }
        catch (OptionsValidationException exception)
        {
            throw new UsageException(string.Join(Environment.NewLine, exception.Failures));
        }
    }

    /// <summary>Reads.</summary>
    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(new ApiCall(HttpMethod.Get, path), cancellationToken);

    /// <summary>Reads at the first node whose answer suits. If none does, the last answer counts.</summary>
    /// <param name="path">What.</param>
    /// <param name="suits">Whether an answer does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ApiAnswer> GetWhereAsync(string path, Func<ApiAnswer, bool> suits, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(_time, _timeout);
        for (var asked = 1; ; asked++)
        {
            var result = await _client.Channel.SendAsync(new ApiCall(HttpMethod.Get, path), deadline, cancellationToken).ConfigureAwait(false);
            if (asked >= _nodes || result is not { IsSuccess: true, Answer: { } answer, From: { } node } || suits(answer))
            {
                return AnswerOf(result);
            }

            _client.Channel.TurnFrom(node);
        }
    }

    /// <summary>Writes, at most once.</summary>
    /// <returns>The answer; it may be a problem.</returns>
    /// <exception cref="CommandFailedException">No node answered, or nobody knows what became of the call.</exception>
    public async Task<ApiAnswer> WriteAsync(ApiCall call, CancellationToken cancellationToken) =>
        AnswerOf(await _client.Writer.WriteAsync(call, _propose, cancellationToken).ConfigureAwait(false));

    /// <summary>Sends a call until it is answered.</summary>
    /// <returns>The answer; it may be a problem.</returns>
    /// <exception cref="CommandFailedException">No node answered, or nobody knows what became of the call.</exception>
    public async Task<ApiAnswer> SendAsync(ApiCall call, CancellationToken cancellationToken) =>
        AnswerOf(await _client.Channel.SendAsync(call, new Deadline(_time, _timeout), cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Asks for a change of the membership until it is known what became of it: one whose answer was lost, or whose leader was, is asked for again. The
    /// leader finds it in effect, or under way, or begins it anew.
    /// </summary>
    /// <returns>The answer; it may be a problem.</returns>
    /// <exception cref="CommandFailedException">No node answered, or nobody knows what became of the change.</exception>
    public async Task<ApiAnswer> ChangeAsync(ApiCall change, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(_time, _timeout);
        var once = change with { Repetition = Repetition.OnlyWithoutEffect };
        var result = await _client.Channel.SendAsync(once, deadline, cancellationToken).ConfigureAwait(false);
        while (result.IsUnknown && deadline.Remaining > RepeatAfter)
        {
            await Task.Delay(RepeatAfter, _time, cancellationToken).ConfigureAwait(false);
            var next = await _client.Channel.SendAsync(once, deadline, cancellationToken).ConfigureAwait(false);
            if (next is { Answer: null, IsUnknown: false })
            {
                // That nobody could be asked again says nothing of the attempt before.
                break;
            }

            result = next;
        }

        return AnswerOf(result);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        _signer?.Dispose();
    }

    private static ApiAnswer AnswerOf(in CallResult result) => result switch
    {
        { IsUnknown: true } => throw new CommandFailedException(
            $"The outcome is not known: the command may have taken effect, or may still do. {result.Detail}"),
        { Answer: { } answer } => answer,
        { Problem: { } problem } => throw new CommandFailedException($"No node could do it. {result.Detail}{(problem.Code.Length == 0 ? "" : $" [{problem.Code}]")}"),
        _ => throw new CommandFailedException($"No node answered. Is one running there? Name others with --endpoint. {result.Detail}"),
    };

    private void Tell(RetryNotice retry)
    {
        if (!_isTold && retry.Elapsed >= SilenceMax)
        {
            _isTold = true;
            _progress($"{retry.Failures} Trying on for {retry.Remaining.TotalSeconds:0} s.");
        }
    }
}
