#include "server/api/openapi.h"

#include <set>

#include "server/api/problem.h"

namespace tutti::api {
namespace {

json::array parameters_of(const std::string& path, const std::vector<Query>& query) {
  json::array all;
  for (std::size_t open = path.find('{'); open != std::string::npos;
       open = path.find('{', open + 1)) {
    const std::size_t close = path.find('}', open);
    all.push_back(json::object{{"name", path.substr(open + 1, close - open - 1)},
                               {"in", "path"},
                               {"required", true},
                               {"schema", {{"type", "string"}}}});
  }
  for (const Query& one : query)
    all.push_back(json::object{{"name", one.name},
                               {"in", "query"},
                               {"description", one.text},
                               {"schema", {{"type", one.type}}}});
  return all;
}

std::set<int> errors_of(const Route& route) {
  std::set<int> errors(route.errors.begin(), route.errors.end());
  errors.insert(500);
  if (route.path.find('{') != std::string::npos) errors.insert(404);
  if (!route.query.empty() || route.body != BodyKind::none) errors.insert(400);
  if (route.body != BodyKind::none) errors.insert({403, 408, 413, 507});
  if (route.method == Method::remove) errors.insert({403, 507});
  if (route.body == BodyKind::json) errors.insert({415, 422});
  return errors;
}

json::object operation_of(const Route& route, json::object& schemas) {
  json::object operation{
      {"operationId", route.id}, {"tags", {route.group}}, {"summary", route.summary}};
  if (!route.text.empty()) operation["description"] = route.text;
  if (auto parameters = parameters_of(route.path, route.query); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  json::object content;
  const json::object bytes{{"schema", {{"type", "string"}, {"format", "binary"}}}};
  if (route.body == BodyKind::json) {
    content["application/json"] = {{"schema", route.request_schema(schemas)}};
  } else if (route.body == BodyKind::blob) {
    content["application/octet-stream"] = bytes;
  } else if (route.body == BodyKind::form || route.body == BodyKind::form_or_json) {
    json::object fields{{"audio", {{"type", "string"}, {"format", "binary"}}}};
    for (const Query& field : route.fields)
      fields[field.name] = {{"type", field.type}, {"description", field.text}};
    content["multipart/form-data"] = {
        {"schema",
         {{"type", "object"}, {"required", {"audio"}}, {"properties", std::move(fields)}}}};
    content["application/octet-stream"] = bytes;
    if (route.body == BodyKind::form_or_json)
      content["application/json"] = {{"schema", route.request_schema(schemas)}};
  }
  if (!content.empty())
    operation["requestBody"] = {
        {"required", true}, {"content", std::move(content)}, {"x-max-bytes", route.limit}};
  json::object success{{"description", route.status == 204 ? "Done." : "Success."}};
  if (route.status != 204)
    success["content"] = {
        {route.answer_type,
         {{"schema", route.answer_schema ? route.answer_schema(schemas) : bytes.at("schema")}}}};
  json::object responses{{std::to_string(route.status), std::move(success)}};
  if (route.later_schema)
    responses["202"] = {
        {"description", "A job that is not done yet."},
        {"content", {{"application/json", {{"schema", route.later_schema(schemas)}}}}}};
  for (const int status : errors_of(route))
    responses[std::to_string(status)] = {
        {"description", title_of(status)},
        {"content", {{"application/problem+json", {{"schema", schema_of<Problem>(schemas)}}}}}};
  operation["responses"] = std::move(responses);
  return operation;
}

json::object socket_of(const SocketRoute& socket, json::object& schemas) {
  json::object operation{{"operationId", socket.id},
                         {"tags", {socket.group}},
                         {"summary", socket.summary + " (WebSocket)"},
                         {"description", socket.text},
                         {"parameters", parameters_of(socket.path, socket.query)}};
  json::object messages{{"maxBytes", socket.limit}};
  if (socket.heard_schema) messages["send"] = socket.heard_schema(schemas);
  if (socket.said_schema) messages["receive"] = socket.said_schema(schemas);
  operation["x-websocket"] = std::move(messages);
  operation["responses"] = {
      {"101", {{"description", "Switching to a WebSocket."}}},
      {"403", {{"description", "The page asking belongs to another site."}}},
      {"404",
       {{"description", title_of(404)},
        {"content", {{"application/problem+json", {{"schema", schema_of<Problem>(schemas)}}}}}}},
      {"426", {{"description", title_of(426)}}}};
  return operation;
}

std::string lower_method(Method method) {
  std::string name(name_of(method));
  for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
  return name;
}

}  // namespace

json::value openapi(const Table& table) {
  json::object schemas, paths;
  for (const Route& route : table.routes) {
    json::value& path = paths[route.path];
    if (!path.is_object()) path.emplace_object();
    path.get_object()[lower_method(route.method)] = operation_of(route, schemas);
  }
  for (const SocketRoute& socket : table.sockets)
    paths[socket.path] = {{"get", socket_of(socket, schemas)}};
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Tutti"},
            {"version", version()},
            {"description",
             "Projects, recordings, transcription and rendering. Errors are problem documents (RFC "
             "9457) with a stable "
             "code, a sentence and what to do next."},
            {"license", {{"name", "GPL-3.0-or-later"}, {"identifier", "GPL-3.0-or-later"}}}}},
          {"paths", std::move(paths)},
          {"components", {{"schemas", std::move(schemas)}}}};
}

namespace {

std::string type_words(const json::value& schema) {
  const json::object* object = schema.if_object();
  if (!object) return "anything";
  if (const json::value* reference = object->if_contains("$ref")) {
    const std::string name(reference->as_string().c_str());
    return name.substr(name.rfind('/') + 1);
  }
  if (const json::value* choice = object->if_contains("oneOf")) {
    std::string words;
    for (const json::value& one : choice->as_array())
      words += (words.empty() ? "" : ", ") + type_words(one);
    return words;
  }
  const json::value* type = object->if_contains("type");
  if (!type) return "anything";
  const std::string name(type->as_string().c_str());
  if (name == "array") return "list of " + type_words(object->at("items"));
  if (const json::value* values = object->if_contains("enum")) {
    std::string words;
    for (const json::value& value : values->as_array())
      words += (words.empty() ? "" : ", ") + std::string("`") + value.as_string().c_str() + "`";
    return words;
  }
  if (const json::value* format = object->if_contains("format"); format && *format == "binary")
    return "bytes";
  return name;
}

std::string bounds_words(const json::object& schema) {
  const auto number = [&](const char* key) -> std::string {
    const json::value* value = schema.if_contains(key);
    return value ? json::serialize(*value) : std::string();
  };
  if (schema.contains("minimum")) return number("minimum") + " … " + number("maximum");
  if (schema.contains("minLength"))
    return number("minLength") + " … " + number("maxLength") + " characters";
  return {};
}

void write_schema(std::string& out, std::string_view name, const json::object& schema) {
  const json::value* properties = schema.if_contains("properties");
  if (!properties) return;
  out += "\n### " + std::string(name) + "\n\n| Field | Type | |\n|---|---|---|\n";
  const json::value* required = schema.if_contains("required");
  for (const auto& [field, value] : properties->as_object()) {
    const json::object& object = value.as_object();
    std::string words;
    if (const json::value* text = object.if_contains("description"))
      words = text->as_string().c_str();
    if (const std::string bounds = bounds_words(object); !bounds.empty())
      words += (words.empty() ? "" : " ") + bounds + ".";
    bool needed = false;
    if (required)
      for (const json::value& one : required->as_array())
        needed = needed || one.as_string() == field;
    if (!needed) words += words.empty() ? "Optional." : " Optional.";
    out += "| `" + std::string(field) + "` | " + type_words(value) + " | " + words + " |\n";
  }
}

}  // namespace

std::string openapi_markdown(const Table& table) {
  const json::value whole = openapi(table);
  std::string out =
      "# The server's interface\n\n"
      "Made from the route table by `tutti openapi --markdown`; the same as JSON is at "
      "`/api/openapi.json` and to read at "
      "`/docs`.\n\n"
      "Bodies are JSON unless said otherwise. Times are ISO 8601 in UTC. Errors are "
      "`application/problem+json` (RFC 9457): "
      "`status`, a stable `code`, a sentence in `detail`, what to do in `next`, and the `field` "
      "where there is one.\n";
  std::string group;
  std::set<std::string> groups;
  std::vector<std::string> order;
  const auto& paths = whole.at("paths").as_object();
  for (const auto& [path, methods] : paths)
    for (const auto& [method, operation] : methods.as_object()) {
      const std::string name(operation.at("tags").as_array().at(0).as_string().c_str());
      if (groups.insert(name).second) order.push_back(name);
    }
  for (const std::string& wanted : order) {
    out += "\n## " + wanted + "\n";
    for (const auto& [path, methods] : paths)
      for (const auto& [method, operation] : methods.as_object()) {
        if (operation.at("tags").as_array().at(0).as_string() != wanted) continue;
        const json::object& o = operation.as_object();
        std::string verb(method);
        for (char& c : verb) c = static_cast<char>(c - 'a' + 'A');
        if (o.contains("x-websocket")) verb = "WebSocket";
        out += "\n### " + verb + " `" + std::string(path) + "`\n\n" +
               o.at("summary").as_string().c_str() + ".";
        if (const json::value* text = o.if_contains("description"))
          out += std::string(" ") + text->as_string().c_str();
        out += "\n";
        if (const json::value* parameters = o.if_contains("parameters"))
          for (const json::value& one : parameters->as_array())
            if (one.at("in") == "query")
              out += "\n* `?" + std::string(one.at("name").as_string().c_str()) + "=` " +
                     one.at("description").as_string().c_str();
        if (const json::value* body = o.if_contains("requestBody")) {
          out += "\n* Takes";
          std::string parts;
          for (const auto& [type, content] : body->at("content").as_object())
            parts += (parts.empty() ? " " : ", or ") + std::string("`") + std::string(type) +
                     "`: " + type_words(content.at("schema"));
          out += parts + "; at most " +
                 std::to_string(body->at("x-max-bytes").as_int64() / 1'000'000) + " MB.";
          if (const json::value* form =
                  body->at("content").as_object().if_contains("multipart/form-data"))
            for (const auto& [field, schema] : form->at("schema").at("properties").as_object())
              if (const json::value* text = schema.as_object().if_contains("description"))
                out += "\n  * Field `" + std::string(field) + "`: " + text->as_string().c_str();
        }
        if (const json::value* socket = o.if_contains("x-websocket")) {
          if (const json::value* send = socket->as_object().if_contains("send"))
            out += "\n* Send: " + type_words(*send) + ".";
          if (const json::value* receive = socket->as_object().if_contains("receive"))
            out += "\n* Receive: " + type_words(*receive) + ".";
        }
        std::string errors;
        for (const auto& [status, response] : o.at("responses").as_object()) {
          if (status[0] == '2') {
            out += "\n* " + std::string(status);
            if (const json::value* content = response.as_object().if_contains("content"))
              for (const auto& [type, inner] : content->as_object())
                out += " `" + std::string(type) + "`: " + type_words(inner.at("schema"));
          } else if (status[0] >= '4') {
            errors += (errors.empty() ? "" : ", ") + std::string(status);
          }
        }
        out += "\n* Errors: " + errors + "\n";
      }
  }
  out += "\n## Types\n";
  for (const auto& [name, schema] : whole.at("components").at("schemas").as_object())
    write_schema(out, name, schema.as_object());
  return out;
}

}  // namespace tutti::api
