// The route table as OpenAPI 3.1 and as a page of documentation.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "server/api/routes.h"

namespace tutti::api {

boost::json::value openapi(const Table&);
std::string openapi_markdown(const Table&);  // docs/api.md

// The small page at /docs that shows the OpenAPI to people: its files, without anything from
// outside.
std::string_view reader_html();
std::string_view reader_css();
std::string_view reader_js();

}  // namespace tutti::api
