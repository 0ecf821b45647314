/* <jansson.h> with the names it shares with base/json.h moved out of the way.  Only json_loadb, the
 * getters and json_decref may be used: never link base/json_write.c beside it, whose json_string and
 * json_null jansson would then call. */
#ifndef LODESTONE_TESTS_FUZZ_JANSSON_ORACLE_H
#define LODESTONE_TESTS_FUZZ_JANSSON_ORACLE_H

#define json_type    jansson_type
#define JSON_OBJECT  JANSSON_OBJECT
#define JSON_ARRAY   JANSSON_ARRAY
#define JSON_STRING  JANSSON_STRING
#define JSON_INTEGER JANSSON_INTEGER
#define JSON_REAL    JANSSON_REAL
#define JSON_TRUE    JANSSON_TRUE
#define JSON_FALSE   JANSSON_FALSE
#define JSON_NULL    JANSSON_NULL
#define json_string  jansson_string
#define json_null    jansson_null
#include <jansson.h>
#undef json_type
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_INTEGER
#undef JSON_REAL
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#undef json_string
#undef json_null

#endif
