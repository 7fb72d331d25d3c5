using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consensus.AspNetCore.Tests.Fakes;

/// <summary>The API over one group in a server without sockets.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private ApiHost(WebApplication application)
    {
        _application = application;
        Client = application.GetTestClient();
    }

    public HttpClient Client { get; }

    public TestServer Server => _application.GetTestServer();

    public static async Task<ApiHost> StartAsync(Action<IServiceCollection> addServices, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        addServices(builder.Services);
        var application = builder.Build();
        map(application);
        await application.StartAsync();
        return new ApiHost(application);
    }

    public static Task<ApiHost> StartAsync(IConsensus consensus) => StartAsync(
        services => services.AddSingleton(consensus),
        application => application.MapConsensus());

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request);
        return new Answer((int)response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsByteArrayAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }

    public static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    /// <summary>An answer as a test looks at it.</summary>
    internal sealed record Answer(
        int Status, System.Net.Http.Headers.HttpResponseHeaders Headers, System.Net.Http.Headers.HttpContentHeaders ContentHeaders, byte[] Body)
    {
        public string Text => System.Text.Encoding.UTF8.GetString(Body);

        public JsonObject Document => JsonNode.Parse(Body)!.AsObject();

        public string? Code => (string?)Document["code"];
    }
}
