using Consensus.AspNetCore.Access;
using Consensus.AspNetCore.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.AspNetCore.Requests;

/// <summary>The group that a set of endpoints serves: where its services are found, and its bounds.</summary>
internal sealed class ApiGroup(string? name, Lazy<ApiSettings> settings, Lazy<ApiGuard> guard)
{
    private readonly SortedDictionary<string, SortedSet<string>> _routes = new(StringComparer.Ordinal);

    /// <summary>The paths that have handlers, and the methods that each knows.</summary>
    public IEnumerable<KeyValuePair<string, SortedSet<string>>> Routes => _routes;

    /// <summary>The bounds.</summary>
    public ApiSettings Settings => settings.Value;

    /// <summary>The latest events of the group's replica on this node.</summary>
    public EventHistory History { get; } = new();

    /// <summary>Who may do what.</summary>
    public ApiGuard Guard => guard.Value;

    /// <summary>Notes that a handler is mapped.</summary>
    public void AddRoute(string pattern, string method)
    {
        if (!_routes.TryGetValue(pattern, out var methods))
        {
            _routes[pattern] = methods = new SortedSet<string>(StringComparer.Ordinal);
        }

        methods.Add(method);
    }

    /// <summary>A service of this group: the keyed one if the group has a name.</summary>
    public T Service<T>(IServiceProvider services)
        where T : notnull =>
        name is null ? services.GetRequiredService<T>() : services.GetRequiredKeyedService<T>(name);

    /// <summary>A service of this group, if it has it.</summary>
    public T? Find<T>(IServiceProvider services)
        where T : class =>
        name is null ? services.GetService<T>() : services.GetKeyedService<T>(name);

    /// <summary>Whether this group has such a service.</summary>
    public bool Has<T>(IServiceProvider services) => name is null
        ? services.GetService<IServiceProviderIsService>()?.IsService(typeof(T)) == true
        : services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(T), name) == true;
}
