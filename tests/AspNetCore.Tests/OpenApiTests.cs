using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Consensus.AspNetCore.Access;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.AspNetCore.Tests.Fakes;
using Consensus.Hosting;
using Consensus.Replication.KeyValue;
using Consensus.Replication.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Tests;

/// <summary>The OpenAPI document says what the API is, no less and no more.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonObject Document = Read();

    private static IEnumerable<(string Method, string Path, JsonObject Operation)> Operations =>
        Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject())));

    /// <summary>Those below <c>/v1</c>: a swarm's endpoints are no group's.</summary>
    private static IEnumerable<Type> DocumentTypes =>
        typeof(ApiJson).Assembly.GetTypes().Where(type => type.Name.EndsWith("Document", StringComparison.Ordinal) && type.Namespace != typeof(Consensus.AspNetCore.Swarm.SwarmDocument).Namespace);

    [Test]
    public async Task The_document_is_served_as_it_is()
    {
        await using var host = await StartAsync();

        var answer = await host.SendAsync(HttpMethod.Get, "/v1/openapi.json");

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.ContentHeaders.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(JsonNode.DeepEquals(answer.Document, Document), Is.True);
        Assert.That((string?)answer.Document["openapi"], Is.EqualTo("3.1.0"));
    }

    [Test]
    public async Task Each_endpoint_is_documented_with_its_role_and_nothing_else_is()
    {
        await using var host = await StartAsync();

        // What answers unknown paths and methods knows no method, and is no operation.
        var mapped = host.Endpoints.SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
            $"{method} {PathOf(endpoint, method)} {endpoint.Metadata.GetRequiredMetadata<ApiAccess>().Role}"));

        var documented = Operations.Select(operation => $"{operation.Method} {operation.Path} {RoleOf(operation.Operation)}");

        Assert.That(documented, Is.EquivalentTo(mapped));
    }

    [Test]
    public void Each_parameter_of_a_path_is_described()
    {
        foreach (var (method, path, operation) in Operations)
        {
            var inPath = path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));
            var described = (operation["parameters"]?.AsArray() ?? []).Select(parameter => Find((string)parameter!["$ref"]!)).Where(parameter => (string?)parameter["in"] == "path");
            Assert.That(described.Select(parameter => (string?)parameter["name"]), Is.EquivalentTo(inPath), $"{method} {path}");
        }
    }

    [Test]
    public async Task Each_parameter_of_a_query_is_described_and_nothing_else_is()
    {
        await using var host = await StartAsync();
        var mapped = host.Endpoints.SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).SelectMany(method =>
            endpoint.Metadata.GetRequiredMetadata<AllowedQuery>().Names.Select(name => $"{method} {PathOf(endpoint, method)} {name}")));

        var documented = Operations.SelectMany(operation => (operation.Operation["parameters"]?.AsArray() ?? [])
            .Select(parameter => Find((string)parameter!["$ref"]!))
            .Where(parameter => (string?)parameter["in"] == "query")
            .Select(parameter => $"{operation.Method} {operation.Path} {(string?)parameter["name"]}"));

        Assert.That(documented, Is.EquivalentTo(mapped));
    }

    [Test]
    public void Writes_of_commands_take_idempotency_keys()
    {
        foreach (var (method, path, operation) in Operations.Where(operation => RoleOf(operation.Operation) == AccessRole.Write && operation.Path != "/v1/sessions"))
        {
            Assert.That(
                (operation["parameters"]?.AsArray() ?? []).Select(parameter => (string?)Find((string)parameter!["$ref"]!)["name"]),
                Does.Contain("Idempotency-Key").And.Contain("Idempotency-Acknowledged-Below").And.Contain("Consensus-Signature"),
                $"{method} {path}");
        }
    }

    [Test]
    public void Each_type_of_document_has_a_schema_with_its_members()
    {
        var schemas = Document["components"]!["schemas"]!.AsObject();
        var types = DocumentTypes.Where(type => !type.IsGenericTypeDefinition)
            .Concat(typeof(ApiJson).GetProperties().Select(property => property.PropertyType).Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
                .Select(type => type.GenericTypeArguments[0]).Where(type => type.IsGenericType && type.Namespace!.StartsWith("Consensus", StringComparison.Ordinal)))
            .ToDictionary(NameOf, StringComparer.Ordinal);

        Assert.That(schemas.Select(schema => schema.Key), Is.EquivalentTo(types.Keys.Append("Blob")));
        foreach (var (name, type) in types)
        {
            var schema = schemas[name]!;
            var members = ApiJson.Default.GetTypeInfo(type)!.Properties;
            var required = (schema["required"]?.AsArray() ?? []).Select(member => (string)member!).ToList();
            Assert.That(schema["properties"]!.AsObject().Select(member => member.Key), Is.EquivalentTo(members.Select(member => member.Name)), name);
            Assert.That(required, Is.SubsetOf(members.Select(member => member.Name)), name);
            if ((bool?)schema["additionalProperties"] == false)
            {
                Assert.That(required, Is.EquivalentTo(members.Where(member => member.IsRequired).Select(member => member.Name)), name);
            }
        }
    }

    [Test]
    public void The_codes_of_problems_are_all_there() =>
        Assert.That(
            Document["components"]!["schemas"]!["ProblemDocument"]!["properties"]!["code"]!["enum"]!.AsArray().Select(code => (string)code!),
            Is.EquivalentTo(ProblemType.All.Select(type => type.Code)));

    [Test]
    public void References_lead_somewhere_and_operations_have_names_of_their_own()
    {
        foreach (var reference in References(Document))
        {
            Assert.That(() => Find(reference), Throws.Nothing, reference);
        }

        Assert.That(Operations.Select(operation => (string)operation.Operation["operationId"]!), Is.Unique);
        Assert.That(Operations.Select(operation => operation.Operation["responses"]!.AsObject().ContainsKey("default")), Has.All.True);
    }

    private static Task<ApiHost> StartAsync()
    {
        var consensus = new ScriptedConsensus();
        return ApiHost.StartAsync(
            services => services.AddSingleton<IConsensus>(consensus).AddSingleton(new KeyValueStore(consensus)).AddSingleton(new WorkflowStore(consensus)),
            application => application.MapConsensus());
    }

    /// <summary>Routing knows a key as all that follows, and tells <c>cas</c> from the key itself.</summary>
    private static string PathOf(RouteEndpoint endpoint, string method)
    {
        var path = endpoint.RoutePattern.RawText!.Replace("**", "", StringComparison.Ordinal);
        return path == "/v1/kv/{key}" && method == "POST" ? $"{path}/cas" : path;
    }

    private static AccessRole RoleOf(JsonObject operation) => operation["security"]!.AsArray() is [{ } scheme]
        ? Enum.Parse<AccessRole>((string)scheme["bearer"]![0]!, ignoreCase: true)
        : AccessRole.Anyone;

    private static string NameOf(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}Of{type.GenericTypeArguments[0].Name}" : type.Name;

    private static JsonObject Read()
    {
        using var stream = typeof(ApiJson).Assembly.GetManifestResourceStream(OpenApi.OpenApiEndpoint.ResourceName)!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static JsonObject Find(string reference) =>
        reference[2..].Split('/').Aggregate((JsonNode)Document, (node, key) => node[key] ?? throw new KeyNotFoundException(reference)).AsObject();

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(pair => pair.Key == "$ref" ? [(string)pair.Value!] : References(pair.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
